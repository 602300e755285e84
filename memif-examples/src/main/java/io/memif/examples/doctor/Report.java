package io.memif.examples.doctor;

import io.memif.examples.JsonLine;
import io.memif.examples.Progress;
import io.memif.examples.doctor.Finding.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what is found as it is found: for people, or a JSON object a line. */
final class Report implements AutoCloseable {
    private final PrintWriter out;
    private final Progress progress;
    private final boolean json;
    private String section = "";
    private int problems;

    Report(PrintWriter out, Progress progress, boolean json) {
        this.out = out;
        this.progress = progress;
        this.json = json;
    }

    /** Nothing has been found for a while; may be called as often as one likes. */
    void waiting(String what) {
        progress.show(() -> what);
    }

    /** What follows belongs to this. */
    void section(String title) {
        section = title;
        progress.clear();
        if (!json) {
            out.println(title);
            out.flush();
        }
    }

    void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    void add(Finding finding) {
        progress.clear();
        String level = finding.level().name().toLowerCase(Locale.ROOT);
        problems += finding.level() == Level.PROBLEM ? 1 : 0;
        if (json) {
            out.println(
                    new JsonLine()
                            .put("section", section)
                            .put("level", level)
                            .put("text", finding.text())
                            .put("remedy", finding.remedy()));
        } else {
            out.printf("  %-7s  %s%n", level, finding.text());
            if (!finding.remedy().isEmpty()) {
                out.printf("  %-7s  %s%n", "", finding.remedy());
            }
        }
        out.flush();
    }

    void add(ControlMessage message) {
        progress.clear();
        String from = message.fromPeer() ? "peer" : "us";
        if (json) {
            out.println(
                    new JsonLine()
                            .put("section", section)
                            .put("from", from)
                            .put("message", message.type().name())
                            .put("text", message.describe()));
        } else {
            out.printf("  %-7s  %s%n", message.fromPeer() ? "<-" : "->", message.describe());
        }
        out.flush();
    }

    /** Problems found so far. */
    int problems() {
        return problems;
    }

    @Override
    public void close() {
        progress.close();
    }
}
