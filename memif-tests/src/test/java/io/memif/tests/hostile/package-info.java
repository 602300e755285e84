/**
 * A peer that follows no rules, and what it must not be able to do. {@code RawConnection}, {@code
 * FakeSlave}, {@code FakeMaster}, {@code RawMessage}, {@code RawRegion} and {@code RawRing} are the
 * peer: written apart from the library's codec and layout, so that one error cannot hide another.
 *
 * <p>{@code AttackTable} has the control thread measured under every attack, and prints a line for
 * each. {@code AttackSoakTest} runs an honest pair at full rate beside the attacks.
 *
 * <p>This is what is tried, and by which classes. The first column of classes has our master
 * against a hostile slave, the second our slave against a hostile master. Classes without a package
 * are in this one. {@code fuzz}, {@code fault}, {@code life} and {@code interop} are the packages
 * beside it, and {@code core} is the library's own tests.
 *
 * <table>
 * <caption>Coverage</caption>
 * <tr><th>what the peer does</th><th>our master</th><th>our slave</th></tr>
 * <tr><td>each message in each state, twice, out of order; unknown type</td>
 *     <td>MasterStatesTest, core StateTableTest, fuzz.ControlFuzzTest, fuzz.LiveFuzzTest</td>
 *     <td>SlaveStatesTest, core StateTableTest, fuzz.ControlFuzzTest, fuzz.LiveFuzzTest</td></tr>
 * <tr><td>messages of 0, 1, 127, 129 bytes</td>
 *     <td>MasterMessagesTest, fuzz.CodecPropertiesTest</td>
 *     <td>SlaveStatesTest, fuzz.CodecPropertiesTest</td></tr>
 * <tr><td>silence after connect, or a trickle</td>
 *     <td>SilenceTest</td><td>SlaveSilenceTest</td></tr>
 * <tr><td>a flood of connections that say nothing, or close at once</td>
 *     <td>SilenceTest</td><td>does not listen</td></tr>
 * <tr><td>0, 2, 10, 253 descriptors; descriptors where none belong</td>
 *     <td>MasterMessagesTest, fuzz.LiveFuzzTest</td>
 *     <td>SlaveStatesTest, fuzz.LiveFuzzTest</td></tr>
 * <tr><td>descriptors of the wrong kind</td>
 *     <td>MasterRegionsTest, fuzz.LiveFuzzTest</td><td>takes none; fuzz.LiveFuzzTest</td></tr>
 * <tr><td>a blocking eventfd, or one at its maximum</td>
 *     <td>MasterRingsTest, fuzz.LiveFuzzTest, core EventFdTest</td><td>SlaveEventsTest</td></tr>
 * <tr><td>what makes us wait: descriptors whose close takes for ever, with and without being taken
 *     out of the socket; an event made blocking all the time, a semaphore with a huge count;
 *     hugepages that there are not, hundreds of windows</td>
 *     <td>MasterHeldTest</td><td>SlaveHeldTest</td></tr>
 * <tr><td>version mismatch; names without end or with control characters</td>
 *     <td>MasterInitTest, core PeerTextTest</td><td>SlaveHelloTest, core PeerTextTest</td></tr>
 * <tr><td>unknown id, id in use, role, mode, wrong or missing secret, or one nobody asked for</td>
 *     <td>MasterInitTest</td><td>interop.RefusalTest, core LinkTest: told by the master</td></tr>
 * <tr><td>region size 0, 1, 2^63, beyond the file, below the ring; index order, twice, above 255;
 *     the same file twice; none</td>
 *     <td>MasterRegionsTest, core MemoryPlanTest, core RegionCheckTest</td>
 *     <td>brings its own; SlaveHelloTest for offers</td></tr>
 * <tr><td>ring index out of range, twice, missing; region unknown; offset unaligned, past the end,
 *     overlapping; log2 size 0, 15, 16, 255; private header; wrong cookie</td>
 *     <td>MasterRingsTest, core RejectionTest</td>
 *     <td>brings its own; SlaveHelloTest for offers</td></tr>
 * <tr><td>cookie changed later</td>
 *     <td>MasterRingsTest, fuzz.RingFuzzTest</td>
 *     <td>SlaveReceiveTest, fuzz.RingFuzzTest</td></tr>
 * <tr><td>indexes that go back, jump, stand at 65535; tail ahead of head</td>
 *     <td>MasterReceiveTest, MasterTransmitTest, fuzz.RingFuzzTest</td>
 *     <td>SlaveReceiveTest, SlaveTransmitTest, fuzz.RingFuzzTest</td></tr>
 * <tr><td>indexes and descriptors rewritten in a tight loop</td>
 *     <td>fuzz.RingFuzzTest (rewritten), core RewritingPeerTest</td>
 *     <td>fuzz.RingFuzzTest (rewritten), core RewritingPeerTest</td></tr>
 * <tr><td>descriptors: region 65535, offset and length that overflow, length 0 and 2^32 - 1</td>
 *     <td>MasterReceiveTest, MasterTransmitTest, fuzz.RingFuzzTest</td>
 *     <td>SlaveReceiveTest, fuzz.RingFuzzTest</td></tr>
 * <tr><td>NEXT on the last slot, through the whole ring; a bad descriptor within a chain</td>
 *     <td>MasterReceiveTest, MasterTransmitTest, fuzz.RingFuzzTest</td>
 *     <td>SlaveReceiveTest, fuzz.RingFuzzTest</td></tr>
 * <tr><td>the descriptors of our transmit buffers rewritten</td>
 *     <td>MasterTransmitTest, fuzz.RingFuzzTest</td>
 *     <td>SlaveTransmitTest, fuzz.RingFuzzTest</td></tr>
 * <tr><td>death and standstill of the peer, or of us</td>
 *     <td>interop.RestartTest, life package</td><td>interop.RestartTest, life package</td></tr>
 * <tr><td>stale socket, no socket, path too long, directory missing or closed to us</td>
 *     <td>core SocketFileTest, core UnixAddressTest</td>
 *     <td>core LinkTest, core UnixAddressTest</td></tr>
 * <tr><td>file truncated</td>
 *     <td>life.TruncationTest, MasterRegionsTest for seals</td>
 *     <td>cannot be: sealed by us, core RegionTest</td></tr>
 * <tr><td>hole punched</td><td>MasterHoleTest</td><td>SlaveHoleTest</td></tr>
 * <tr><td>hole punched in hugepages while none is free; the application's own file cut</td>
 *     <td>life.MemoryEndTest</td><td>life.MemoryEndTest</td></tr>
 * <tr><td>the end of a link while a helper works for it; each call of a helper fails</td>
 *     <td>fault.HelperJobsTest, fault.HelperFaultTest, fault.OvercommitTest</td>
 *     <td>fault.HelperJobsTest, fault.HelperFaultTest, fault.OvercommitTest</td></tr>
 * <tr><td>EMFILE in accept, receive, memfd and eventfd creation, with links alive</td>
 *     <td>MasterExhaustionTest, fault.LinkFaultTest</td>
 *     <td>SlaveExhaustionTest, fault.LinkFaultTest</td></tr>
 * <tr><td>EINTR, EAGAIN and other errors of any call; short and failing sends</td>
 *     <td>fault.LinkFaultTest, SilenceTest for a slave that does not read</td>
 *     <td>fault.LinkFaultTest</td></tr>
 * </table>
 */
package io.memif.tests.hostile;
