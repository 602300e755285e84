package io.memif.tests.interop;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Carries out {@link Needs}. */
final class NeedsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> complaints = new ArrayList<>();
        AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .ifPresent(needs -> addComplaints(needs, complaints));
        if (complaints.isEmpty()) {
            return ConditionEvaluationResult.enabled("everything needed is here");
        }
        String reason = context.getDisplayName() + " " + String.join("; ", complaints);
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static void addComplaints(Needs needs, List<String> complaints) {
        for (Need need : needs.value()) {
            try {
                if (!need.isMet()) {
                    complaints.add(need.complaint());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
