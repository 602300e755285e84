package io.memif.examples.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Which file it is, whoever has it open.
 *
 * @param major number of its device
 * @param minor number of its device
 * @param inode its number there
 */
record FileId(int major, int minor, long inode) {
    private static final int HEX = 16;

    /** The file behind a path, its size in bytes and its owner. */
    record Status(FileId id, long size, int uid) {
        static Status of(Path path) throws IOException {
            Map<String, Object> all = Files.readAttributes(path, "unix:dev,ino,size,uid");
            FileId id = of((long) all.get("dev"), (long) all.get("ino"));
            return new Status(id, (long) all.get("size"), (int) all.get("uid"));
        }

        /** Takes a device number apart as the C library does. */
        private static FileId of(long device, long inode) {
            int major = (int) (device >>> 8 & 0xfff | device >>> 32 & ~0xfffL);
            int minor = (int) (device & 0xff | device >>> 12 & ~0xffL);
            return new FileId(major, minor, inode);
        }
    }

    /** As in {@code /proc/PID/maps}. */
    static FileId parse(String device, String inode) {
        int colon = device.indexOf(':');
        return new FileId(
                Integer.parseInt(device.substring(0, colon), HEX),
                Integer.parseInt(device.substring(colon + 1), HEX),
                Long.parseLong(inode));
    }
}
