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
        List<Need> unmet = new ArrayList<>();
        AnnotationSupport.findAnnotation(context.getElement(), Needs.class)
                .ifPresent(needs -> addUnmet(needs, unmet));
        if (unmet.isEmpty()) {
            return ConditionEvaluationResult.enabled("everything needed is here");
        }
        List<String> complaints = unmet.stream().map(Need::complaint).toList();
        String reason = context.getDisplayName() + " " + String.join("; ", complaints);
        if (Boolean.parseBoolean(System.getenv("CI")) && unmet.stream().anyMatch(Need::isInCi)) {
            throw new IllegalStateException(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static void addUnmet(Needs needs, List<Need> unmet) {
        for (Need need : needs.value()) {
            try {
                if (!need.isMet()) {
                    unmet.add(need);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
