package io.memif.examples.icmp;

import java.util.List;

/** The IP addresses an interface answers for. Immutable, so queues' threads may share it. */
public final class OwnAddresses {
    private final List<IpPrefix> prefixes;
    private final int[] v4;
    private final IpPrefix[] v4Subnets;
    private final long[] v6High;
    private final long[] v6Low;

    /**
     * Takes over the addresses.
     *
     * @param prefixes own addresses with their prefix lengths, of either IP version
     */
    public OwnAddresses(List<IpPrefix> prefixes) {
        this.prefixes = List.copyOf(prefixes);
        v4Subnets = prefixes.stream().filter(p -> !p.address().isV6()).toArray(IpPrefix[]::new);
        v4 = List.of(v4Subnets).stream().mapToInt(p -> (int) p.address().low()).toArray();
        List<IpAddress> six =
                prefixes.stream().map(IpPrefix::address).filter(IpAddress::isV6).toList();
        v6High = six.stream().mapToLong(IpAddress::high).toArray();
        v6Low = six.stream().mapToLong(IpAddress::low).toArray();
    }

    /**
     * The addresses as given.
     *
     * @return an immutable list
     */
    public List<IpPrefix> prefixes() {
        return prefixes;
    }

    boolean ownsV4(int address) {
        for (int own : v4) {
            if (own == address) {
                return true;
            }
        }
        return false;
    }

    /** Multicast, the limited broadcast, or the broadcast address of one of our subnets. */
    boolean isBroadcastV4(int address) {
        if (address >>> 28 == 0xe || address == -1) {
            return true;
        }
        for (IpPrefix subnet : v4Subnets) {
            if (subnet.isSubnetBroadcast(address)) {
                return true;
            }
        }
        return false;
    }

    boolean ownsV6(long high, long low) {
        for (int i = 0; i < v6High.length; i++) {
            if (v6High[i] == high && v6Low[i] == low) {
                return true;
            }
        }
        return false;
    }
}
