package io.memif.examples.responder;

import io.memif.examples.CommandFailure;
import io.memif.examples.StopSignal;
import io.memif.examples.icmp.ReplyCounters;
import java.util.ArrayList;
import java.util.List;

/** The threads of the queues, from start to end. Used by the command's thread. */
final class ResponderThreads {
    private final StopSignal stop;
    private final List<QueueResponder> responders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Throwable failure;

    ResponderThreads(StopSignal stop) {
        this.stop = stop;
    }

    void start(QueueResponder responder) {
        Thread thread = new Thread(responder, "queue-" + threads.size());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (failed, cause) -> {
                    failure = cause;
                    stop.request();
                });
        responders.add(responder);
        threads.add(thread);
        thread.start();
    }

    /** Ends all threads and adds up what they counted. */
    void end(ReplyCounters totals) throws InterruptedException {
        responders.forEach(QueueResponder::wakeUp);
        for (Thread thread : threads) {
            thread.join();
        }
        responders.forEach(responder -> totals.add(responder.counters()));
        Throwable cause = failure;
        if (cause != null) {
            throw new CommandFailure("a queue's thread failed unexpectedly: " + cause, cause);
        }
    }
}
