package io.memif.tests.bench.side;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/** Throughput by packet size, as SVG. Stateless. */
final class Chart {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 450;

    private Chart() {}

    /**
     * Draws the rates of the first JVM; writes nothing if no size was measured.
     *
     * @param file to write
     * @param all what was measured
     */
    static void draw(Path file, Measurements all) throws IOException {
        XYSeriesCollection lines = new XYSeriesCollection();
        XYSeries ourSinks = new XYSeries("io.memif receives and copies");
        XYSeries theirSinks = new XYSeries("testpmd receives");
        XYSeries ourSources = new XYSeries("io.memif sends");
        XYSeries theirSources = new XYSeries("testpmd sends");
        for (int size : Rows.SIZES) {
            add(all, Rows.sinkId(size), size, ourSinks, theirSinks);
            add(all, Rows.sourceId(size), size, ourSources, theirSources);
        }
        for (XYSeries each : List.of(ourSinks, theirSinks, ourSources, theirSources)) {
            if (!each.isEmpty()) {
                lines.addSeries(each);
            }
        }
        if (lines.getSeriesCount() == 0) {
            return;
        }
        SVGGraphics2D canvas = new SVGGraphics2D(WIDTH, HEIGHT);
        String subtitle = all.processor() + ", " + all.machine() + ", " + all.date();
        chart("Throughput by packet size", subtitle, lines)
                .draw(canvas, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        Files.writeString(file, canvas.getSVGDocument());
    }

    /** Adds the state of the machine in which most pairs ran. */
    private static void add(
            Measurements all, String row, int size, XYSeries ours, XYSeries theirs) {
        all.entries().stream()
                .filter(entry -> entry.row().equals(row) && entry.ours() != null)
                .filter(entry -> entry.jvm().equals(all.jvms().get(0)))
                .max(Comparator.comparingInt(entry -> entry.kept() == null ? 0 : entry.kept()))
                .ifPresent(
                        entry -> {
                            ours.add(size, entry.ours().median());
                            theirs.add(size, entry.reference().median());
                        });
    }

    private static JFreeChart chart(String title, String subtitle, XYSeriesCollection lines) {
        ChartFactory.setChartTheme(StandardChartTheme.createLegacyTheme());
        JFreeChart chart =
                ChartFactory.createXYLineChart(
                        title, "bytes in a packet", "million packets per second", lines);
        chart.addSubtitle(new TextTitle(subtitle));
        chart.setBackgroundPaint(Color.WHITE);
        XYPlot plot = chart.getXYPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        Color[] colours = {Color.BLUE, Color.BLUE, Color.RED, Color.RED};
        float[] dashes = {6, 4};
        for (int i = 0; i < lines.getSeriesCount(); i++) {
            boolean ours = lines.getSeriesKey(i).toString().startsWith("io.memif");
            renderer.setSeriesPaint(i, colours[i]);
            renderer.setSeriesStroke(
                    i,
                    ours
                            ? new BasicStroke(2)
                            : new BasicStroke(
                                    2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, dashes, 0));
        }
        plot.setRenderer(renderer);
        return chart;
    }
}
