package io.memif.examples.icmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.1.2,192.168.1.2",
        "0.0.0.0,0.0.0.0",
        "255.255.255.255,255.255.255.255",
        "fd00::2,fd00::2",
        "::,::",
        "::1,::1",
        "FD00:0:0:1:0:0:0:2,fd00:0:0:1::2",
        "1:0:0:2:0:0:3:4,1::2:0:0:3:4",
        "1:0:2:3:4:5:6:7,1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:0:0,1:2:3:4:5:6::",
        "64:ff9b::192.0.2.33,64:ff9b::c000:221"
    })
    void readsAndWritesAddresses(String text, String written) {
        assertEquals(written, IpAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "01.2.3.4",
                "localhost",
                "a",
                "1:2",
                "::1::",
                "fe80::1%eth0",
                "::ffff:1.2.3.4",
                "12345::",
                "1.2.3.4 "
            })
    void refusesOtherTexts(String text) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
        assertEquals("'" + text + "' is not an IPv4 or IPv6 address", e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "192.168.1.2/24,192.168.1.2/24",
        "10.0.0.1,10.0.0.1/32",
        "10.0.0.0/31,10.0.0.0/31",
        "fd00::2/64,fd00::2/64",
        "fd00::2,fd00::2/128"
    })
    void readsAndWritesPrefixes(String text, String written) {
        assertEquals(written, IpPrefix.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.168.1.2/33",
                "192.168.1.2/",
                "192.168.1.2/-1",
                "192.168.1.2/x",
                "fd00::1/129",
                "192.168.1.255/24",
                "192.168.1.0/24",
                "224.0.0.1/24",
                "0.0.0.0/0",
                "127.0.0.1/8",
                "255.255.255.255/32",
                "::/64",
                "::1/128",
                "ff02::1/64",
                "/24",
                "1.2.3.4/24/24"
            })
    void refusesPrefixesNobodyCanOwn(String text) {
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text));
    }

    @Test
    void knowsTheBroadcastAddressesOfASubnet() {
        IpPrefix subnet = IpPrefix.parse("172.16.5.9/20");
        assertTrue(subnet.isSubnetBroadcast(0xac100fff));
        assertTrue(subnet.isSubnetBroadcast(0xac100000));
        assertFalse(subnet.isSubnetBroadcast(0xac1000ff));
        assertFalse(subnet.isSubnetBroadcast(0xac102fff));
        assertTrue(IpPrefix.parse("9.9.9.9/0").isSubnetBroadcast(-1));
        assertFalse(IpPrefix.parse("9.9.9.9/32").isSubnetBroadcast(0x09090909));
    }

    @Test
    void readsAndWritesMacAddresses() {
        MacAddress mac = MacAddress.parseUnicast("02:FE:00:a0:0b:ff");
        assertEquals(0x02fe00a00bffL, mac.bits());
        assertEquals("02:fe:00:a0:0b:ff", mac.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:fe:00:00:00",
                "02:fe:00:00:00:01:02",
                "02-fe-00-00-00-01",
                "2:fe:0:0:0:1",
                "00:00:00:00:00:00",
                "01:00:5e:00:00:01",
                "ff:ff:ff:ff:ff:ff",
                "02:fe:00:00:00:0g"
            })
    void refusesMacAddressesNobodyCanOwn(String text) {
        assertThrows(IllegalArgumentException.class, () -> MacAddress.parseUnicast(text));
    }

    @Test
    void derivesStableLocalMacAddresses() {
        MacAddress four = MacAddress.derivedFrom(IpAddress.parse("192.168.1.2"));
        assertEquals("02:fe:c0:a8:01:02", four.toString());
        MacAddress six = MacAddress.derivedFrom(IpAddress.parse("fd00::2"));
        assertEquals("02:fe:fd:00:00:02", six.toString());
    }
}
