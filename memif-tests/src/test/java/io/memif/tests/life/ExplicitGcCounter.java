package io.memif.tests.life;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** Counts the collections that code in this JVM requests, until it is closed. */
final class ExplicitGcCounter implements AutoCloseable {
    private final AtomicInteger count = new AtomicInteger();
    private final NotificationListener listener = (notification, handback) -> look(notification);

    ExplicitGcCounter() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) bean).addNotificationListener(listener, null, null);
        }
    }

    private void look(Notification notification) {
        CompositeData data = (CompositeData) notification.getUserData();
        if ("System.gc()".equals(GarbageCollectionNotificationInfo.from(data).getGcCause())) {
            count.incrementAndGet();
        }
    }

    int count() {
        return count.get();
    }

    @Override
    public void close() throws ListenerNotFoundException {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) bean).removeNotificationListener(listener);
        }
    }
}
