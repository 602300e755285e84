package io.memif.internal.protocol;

import java.util.List;

/**
 * What a machine wants done about one input, in this order.
 *
 * <p>When carrying out an effect leads to another input (memory ready, attached, refused), the step
 * that this input returns is carried out next. After {@link Machine#refuse} the rest of the
 * interrupted step must be dropped: a refused region must not be acknowledged.
 *
 * @param effects empty if there is nothing to do
 */
public record Step(List<Effect> effects) {
    static final Step NOTHING = new Step(List.of());

    static Step of(Effect... effects) {
        return new Step(List.of(effects));
    }
}
