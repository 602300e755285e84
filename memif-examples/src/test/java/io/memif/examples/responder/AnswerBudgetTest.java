package io.memif.examples.responder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
    @Test
    void isUsedUpAfterTheLastReply() {
        AnswerBudget budget = new AnswerBudget(2);
        assertTrue(budget.take());
        assertFalse(budget.isUsedUp());
        assertTrue(budget.take());
        assertTrue(budget.isUsedUp());
        assertFalse(budget.take());
        budget.giveBack();
        assertFalse(budget.isUsedUp());
        assertTrue(budget.take());
        assertFalse(budget.take());
    }

    @Test
    void withoutLimitIsNeverUsedUp() {
        AnswerBudget budget = new AnswerBudget(AnswerBudget.UNLIMITED);
        for (int i = 0; i < 1000; i++) {
            assertTrue(budget.take());
        }
        assertFalse(budget.isUsedUp());
    }
}
