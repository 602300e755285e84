package io.memif.tests.hostile;

import io.memif.MemifSocket;
import io.memif.tests.life.HeldResources;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Has the control thread of every socket that a test attacks measured, and prints a line for each
 * attack: the longest turn of the control thread, the longest that an honest pair took to connect
 * on it meanwhile, both beside those of an idle one, and what the process held before and after.
 *
 * <p>Tests in a class with this extension give it their socket, see {@link #watch}; those that use
 * {@link TestedInterface} have it done. An attack in many variants gets one line.
 *
 * <p>A busy machine keeps any thread waiting now and then; an attack that holds the control thread
 * holds it each time. So a test that finds it held is run again, a few times.
 */
public final class AttackTable
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                InvocationInterceptor {
    private static final int MORE = 4;

    /** A test that needs it before it is run again. */
    interface SetUpAgain {
        void setUpAgain();
    }

    /** Tests do not run in parallel. */
    private static IdleThread idle;

    private static final List<ControlThreadWatch> OF_THIS_TEST = new ArrayList<>();
    private static final Set<ControlThreadWatch> UNDER_WAY = new HashSet<>();
    private static final Map<String, Row> ROWS = new LinkedHashMap<>();
    private static HeldResources before;
    private static int again;

    /** Of all variants of an attack: the worst of each. */
    private static final class Row {
        private int times;
        private int again;
        private long turnNs;
        private long excessNs;
        private long idleNs;
        private long connectNs;
        private HeldResources before;
        private HeldResources after;

        void add(ControlThreadWatch watch) {
            turnNs = Math.max(turnNs, watch.longestNs());
            excessNs = Math.max(excessNs, watch.excessNs());
            connectNs = Math.max(connectNs, watch.connectNs());
        }

        void end(long idleTurnNs, int repeated, HeldResources held, HeldResources left) {
            times++;
            again += repeated;
            idleNs = Math.max(idleNs, idleTurnNs);
            if (before == null || held.descriptors() + held.mappings() > total()) {
                before = held;
                after = left;
            }
        }

        private int total() {
            return before.descriptors() + before.mappings();
        }
    }

    /**
     * Watches the control thread of a socket from now on.
     *
     * @return to be closed before the socket is; null in classes without this extension
     */
    public static ControlThreadWatch watch(MemifSocket attacked) {
        if (idle == null) {
            return null;
        }
        ControlThreadWatch watch = new ControlThreadWatch(attacked, idle);
        UNDER_WAY.add(watch);
        return watch;
    }

    static void add(ControlThreadWatch over) {
        UNDER_WAY.remove(over);
        OF_THIS_TEST.add(over);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        idle = new IdleThread();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        OF_THIS_TEST.clear();
        UNDER_WAY.clear();
        again = 0;
        idle.takeLongestNs();
        before = HeldResources.now();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> test,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extensionContext)
            throws Throwable {
        try {
            test.proceed();
            // Those that are closed after the test only; what attacks them is still there.
            for (ControlThreadWatch each : UNDER_WAY) {
                each.expectShortTurnsUntilClosed();
            }
        } catch (ControlThreadWatch.Held held) {
            runAgain(context, held);
        }
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> test,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extensionContext)
            throws Throwable {
        interceptTestMethod(test, context, extensionContext);
    }

    private static void runAgain(
            ReflectiveInvocationContext<Method> context, ControlThreadWatch.Held first)
            throws Throwable {
        Method method = context.getExecutable();
        method.setAccessible(true);
        Object test = context.getTarget().orElseThrow();
        for (again = 1; again <= MORE; again++) {
            System.out.println(method.getName() + " is run again: " + first.getMessage());
            OF_THIS_TEST.clear();
            if (test instanceof SetUpAgain each) {
                each.setUpAgain();
            }
            try {
                method.invoke(test, context.getArguments().toArray());
                return;
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof ControlThreadWatch.Held)) {
                    throw e.getCause();
                }
                first.addSuppressed(e.getCause());
            }
        }
        throw first;
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        if (OF_THIS_TEST.isEmpty() || context.getExecutionException().isPresent()) {
            return;
        }
        before.awaitBack("after the attack");
        String name =
                context.getRequiredTestClass().getSimpleName()
                        + "."
                        + context.getRequiredTestMethod().getName();
        Row row = ROWS.computeIfAbsent(name, key -> new Row());
        OF_THIS_TEST.forEach(row::add);
        row.end(idle.takeLongestNs(), again, before, HeldResources.now());
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        System.out.println(
                "| attack on JDK "
                        + Runtime.version().feature()
                        + " | variants | run again | longest turn, ms (idle; beyond idle)"
                        + " | honest connect, ms (idle)"
                        + " | descriptors before, after | mappings before, after |");
        ROWS.forEach((name, row) -> System.out.println(line(name, row)));
        ROWS.clear();
        idle.stop();
        idle = null;
    }

    private static String line(String name, Row row) {
        return String.format(
                "| %s | %d | %d | %s (%s; %s) | %s (%s) | %d, %d | %d, %d |",
                name,
                row.times,
                row.again,
                ControlThreadWatch.ms(row.turnNs),
                ControlThreadWatch.ms(row.idleNs),
                ControlThreadWatch.ms(row.excessNs),
                ControlThreadWatch.ms(row.connectNs),
                ControlThreadWatch.ms(idle.connectNs()),
                row.before.descriptors(),
                row.after.descriptors(),
                row.before.mappings(),
                row.after.mappings());
    }
}
