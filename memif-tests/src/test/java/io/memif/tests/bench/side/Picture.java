package io.memif.tests.bench.side;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Throughput by packet size, as SVG. */
final class Picture {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 450;

    private Picture() {}

    /**
     * Draws it.
     *
     * @param file to write
     * @param title above the lines
     * @param subtitle the machine and the date
     * @param runs what was measured
     * @param jvm whose lines are drawn
     * @return false, and nothing is written, if no size was measured
     */
    static boolean draw(Path file, String title, String subtitle, RunStore runs, Jvm jvm)
            throws IOException {
        XYSeriesCollection lines = new XYSeriesCollection();
        XYSeries ourSinks = new XYSeries("io.memif receives and copies");
        XYSeries theirSinks = new XYSeries("testpmd receives");
        XYSeries ourSources = new XYSeries("io.memif sends");
        XYSeries theirSources = new XYSeries("testpmd sends");
        for (int size : Rows.SIZES) {
            add(ourSinks, size, runs.of(Rows.sinkId(size), false, jvm.name()));
            add(theirSinks, size, runs.of(Rows.sinkId(size), true, jvm.name()));
            add(ourSources, size, runs.of(Rows.sourceId(size), false, jvm.name()));
            add(theirSources, size, runs.of(Rows.sourceId(size), true, jvm.name()));
        }
        for (XYSeries each : List.of(ourSinks, theirSinks, ourSources, theirSources)) {
            if (!each.isEmpty()) {
                lines.addSeries(each);
            }
        }
        if (lines.getSeriesCount() == 0) {
            return false;
        }
        SVGGraphics2D canvas = new SVGGraphics2D(WIDTH, HEIGHT);
        chart(title, subtitle, lines).draw(canvas, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        Files.writeString(file, canvas.getSVGDocument());
        return true;
    }

    private static void add(XYSeries series, int size, List<Run> runs) {
        if (!runs.isEmpty()) {
            List<Double> values =
                    runs.stream()
                            .map(run -> Statistics.bestQuarter(run.result().rates(), true))
                            .toList();
            series.add(size, Statistics.median(values));
        }
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
