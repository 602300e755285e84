package io.memif.tests.life;

import io.memif.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The child of {@link SoakTest}: executes commands line by line until its standard input ends. */
final class SoakPeer {
    private SoakPeer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SoakEnd end = new SoakEnd(args[0], Role.valueOf(args[1]))) {
            System.out.println("open");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(end.execute(line));
            }
        }
    }
}
