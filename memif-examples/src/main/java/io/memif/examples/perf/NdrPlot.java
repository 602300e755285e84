package io.memif.examples.perf;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/**
 * All trials of searches as SVG: what was received, lost, and how long it took, over what was
 * offered; a line where each rate was found. Stateless.
 */
final class NdrPlot {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 720;
    private static final double MILLION = 1e6;
    private static final double US = 1e3;
    private static final double PERCENT = 100;
    private static final double DOT = 4;

    /** Loss that is less is drawn here: the axis is logarithmic, and has no 0. */
    private static final double LEAST_PERCENT = 1e-5;

    /** Trials far beyond the highest rate would squeeze the rest together. */
    private static final double FAR = 1.5;

    private static final Color[] COLOURS = {
        new Color(0x1f77b4),
        new Color(0xd62728),
        new Color(0x2ca02c),
        new Color(0x9467bd),
        new Color(0xff7f0e),
        new Color(0x17becf)
    };

    private NdrPlot() {}

    /**
     * Draws them.
     *
     * @param file to write
     * @param results one or more, with a colour each
     * @throws IOException if the file cannot be written
     */
    static void draw(Path file, List<NdrReport.OfMix> results) throws IOException {
        // A picture in a file needs no screen.
        System.setProperty("java.awt.headless", "true");
        SVGGraphics2D canvas = new SVGGraphics2D(WIDTH, HEIGHT);
        canvas.setDefsKeyPrefix("ndr");
        canvas.setGeomDoubleConverter(value -> String.format(Locale.ROOT, "%.1f", value));
        chart(results).draw(canvas, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        Files.writeString(file, canvas.getSVGDocument());
    }

    static JFreeChart chart(List<NdrReport.OfMix> results) {
        NumberAxis offered = new NumberAxis("offered, million packets per second");
        offered.setAutoRangeIncludesZero(false);
        CombinedDomainXYPlot all = new CombinedDomainXYPlot(offered);
        all.setGap(12);
        all.add(
                plot(
                        results,
                        new NumberAxis("received, M packets/s"),
                        true,
                        each -> each.receivedRate() / MILLION),
                3);
        LogAxis lost = new LogAxis("lost, % (at the bottom: none)");
        lost.setSmallestValue(LEAST_PERCENT);
        all.add(
                plot(
                        results,
                        lost,
                        false,
                        each -> Math.max(LEAST_PERCENT, each.lossRatio() * PERCENT)),
                2);
        LogAxis late = new LogAxis("p99 under way, us");
        late.setSmallestValue(0.1);
        all.add(plot(results, late, false, each -> Math.max(0.1, each.tailNs() / US)), 2);
        JFreeChart chart = new JFreeChart("Trials", JFreeChart.DEFAULT_TITLE_FONT, all, true);
        chart.setBackgroundPaint(Color.WHITE);
        return chart;
    }

    private static XYPlot plot(
            List<NdrReport.OfMix> results,
            ValueAxis axis,
            boolean hasLegend,
            ToDoubleFunction<TrialResult> value) {
        XYSeriesCollection dots = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setDrawOutlines(false);
        Shape dot = new Rectangle2D.Double(-DOT / 2, -DOT / 2, DOT, DOT);
        XYPlot plot = new XYPlot(dots, null, axis, renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        for (int i = 0; i < results.size(); i++) {
            NdrReport.OfMix of = results.get(i);
            Color colour = COLOURS[i % COLOURS.length];
            XYSeries series = new XYSeries(of.mix().title());
            double far = FAR * highest(of);
            of.trials().stream()
                    .filter(each -> each.load() <= far)
                    .forEach(each -> series.add(each.load() / MILLION, value.applyAsDouble(each)));
            dots.addSeries(series);
            renderer.setSeriesPaint(i, colour);
            renderer.setSeriesShape(i, dot);
            renderer.setSeriesVisibleInLegend(i, hasLegend);
            of.found().stream()
                    .filter(found -> found.lower() > 0)
                    .forEach(found -> plot.addDomainMarker(marker(found, colour)));
        }
        return plot;
    }

    /** The highest rate of interest: found, or received. */
    private static double highest(NdrReport.OfMix of) {
        double received =
                of.trials().stream().mapToDouble(TrialResult::receivedRate).max().orElse(0);
        double found = of.found().stream().mapToDouble(RateSearch.Found::lower).max().orElse(0);
        return Math.max(received, found);
    }

    private static ValueMarker marker(RateSearch.Found found, Color colour) {
        ValueMarker marker = new ValueMarker(found.lower() / MILLION, colour, new BasicStroke(1));
        marker.setLabel(found.goal().name());
        marker.setLabelPaint(colour);
        marker.setLabelBackgroundColor(new Color(255, 255, 255, 0));
        // The rate without loss is the lower one: its name stands on the left.
        boolean isLower = found.goal().lossRatio() == 0;
        marker.setLabelAnchor(isLower ? RectangleAnchor.TOP_LEFT : RectangleAnchor.TOP_RIGHT);
        marker.setLabelTextAnchor(isLower ? TextAnchor.TOP_RIGHT : TextAnchor.TOP_LEFT);
        return marker;
    }
}
