package io.memif.examples.doctor;

import io.memif.examples.JsonLine;
import io.memif.examples.doctor.Finding.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what is found as it is found: for people, or a JSON object a line. */
final class Report {
    private final PrintWriter out;
    private final boolean json;
    private String section = "";
    private int problems;

    Report(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** What follows belongs to this. */
    void section(String title) {
        section = title;
        if (!json) {
            out.println(title);
            out.flush();
        }
    }

    void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    void add(Finding finding) {
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
}
