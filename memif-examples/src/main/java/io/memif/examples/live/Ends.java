package io.memif.examples.live;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The processes of a link and, as far as it can be told, which is which. Nothing in the memory says
 * so; what tells is the owner of the memory, which is the slave's, who accepted a connection on a
 * control socket, which is the master, and how VPP names its files.
 *
 * @param owners all that have the memory mapped; one if both ends are in it
 * @param slave null if it cannot be told
 * @param master null if it cannot be told
 * @param socket address of the control socket as the kernel lists it, null if it cannot be told
 */
public record Ends(List<Owner> owners, Owner slave, Owner master, String socket) {
    /** How a slave in VPP names its file, and nobody else. */
    private static final Pattern OF_VPP = Pattern.compile("memif\\d+/\\d+ region \\d+");

    private static final int UNIX_FIELDS = 8;
    private static final String SEQPACKET = "0005";
    private static final String CONNECTED = "03";

    /** Looks at owners and sockets. */
    @SuppressWarnings("ReferenceEquality")
    static Ends find(Processes processes, List<Owner> owners, int fileUid, String fileName) {
        if (owners.size() != 2) {
            Owner only = owners.size() == 1 ? owners.get(0) : null;
            return new Ends(owners, only, only, only == null ? null : socket(processes, only));
        }
        Owner one = owners.get(0);
        Owner other = owners.get(1);
        Set<String> ofOne = accepted(processes, one);
        Set<String> ofOther = accepted(processes, other);
        Owner master = null;
        if (one.uid() != other.uid() && (one.uid() == fileUid || other.uid() == fileUid)) {
            master = one.uid() == fileUid ? other : one;
        } else if (ofOne.isEmpty() != ofOther.isEmpty()) {
            master = ofOne.isEmpty() ? other : one;
        } else if (isVpp(one) != isVpp(other)) {
            Owner vpp = isVpp(one) ? one : other;
            master = OF_VPP.matcher(fileName).matches() == (vpp == one) ? other : one;
        }
        if (master == null) {
            return new Ends(owners, null, null, null);
        }
        Set<String> addresses = master == one ? ofOne : ofOther;
        String socket = addresses.size() == 1 ? addresses.iterator().next() : null;
        return new Ends(owners, master == one ? other : one, master, socket);
    }

    private static boolean isVpp(Owner owner) {
        return owner.name().startsWith("vpp");
    }

    private static String socket(Processes processes, Owner owner) {
        Set<String> addresses = accepted(processes, owner);
        return addresses.size() == 1 ? addresses.iterator().next() : null;
    }

    /** Addresses of sockets on which a process has accepted a connection that still stands. */
    private static Set<String> accepted(Processes processes, Owner owner) {
        List<Long> inodes = processes.sockets(owner);
        Set<String> addresses = new TreeSet<>();
        for (String line : processes.unixSockets(owner)) {
            String[] fields = line.trim().split(" +", UNIX_FIELDS);
            if (fields.length == UNIX_FIELDS
                    && fields[4].equals(SEQPACKET)
                    && fields[5].equals(CONNECTED)
                    && inodes.contains(Long.parseLong(fields[6]))) {
                addresses.add(fields[7]);
            }
        }
        return addresses;
    }

    /** {@return who sends on rings of a direction, such as "vpp 12", or "the slave"} */
    public String sender(Direction direction) {
        return direction == Direction.S2M ? name(slave, "slave") : name(master, "master");
    }

    /** {@return who receives from rings of a direction, such as "vpp 12", or "the master"} */
    public String receiver(Direction direction) {
        return direction == Direction.S2M ? name(master, "master") : name(slave, "slave");
    }

    private static String name(Owner owner, String role) {
        return owner == null ? "the " + role : owner.toString();
    }

    /** {@return the role of one of its processes: "slave", "master", "both" or "unknown"} */
    public String role(Owner owner) {
        if (slave == null || master == null) {
            return "unknown";
        }
        if (slave.equals(master)) {
            return "both";
        }
        return owner.equals(slave) ? "slave" : owner.equals(master) ? "master" : "unknown";
    }

    /** Who they are. */
    @Override
    public String toString() {
        if (owners.size() == 1) {
            return owners.get(0) + " and itself";
        }
        return owners.stream()
                .map(owner -> owner + (slave == null ? "" : " (" + role(owner) + ")"))
                .collect(Collectors.joining(" and "));
    }
}
