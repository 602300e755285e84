package io.memif.internal.protocol;

import java.util.List;

/**
 * What a machine wants done about one input, in this order.
 *
 * <p>When carrying out an effect leads to another input (memory ready, attached, refused), the step
 * that this input returns is carried out next. After {@link Machine#refuse} the rest of the
 * interrupted step must be dropped: a refused region must not be acknowledged.
 *
 * @param effects empty if there is nothing to do; whoever makes a step does not change them later
 * @param <H> carries them out
 */
public record Step<H extends Effect.Handler>(List<Effect<? super H>> effects) {
    static <H extends Effect.Handler> Step<H> of(Effect<? super H> effect) {
        return new Step<H>(List.of(effect));
    }

    static <H extends Effect.Handler> Step<H> of(
            Effect<? super H> first, Effect<? super H> second) {
        return new Step<H>(List.of(first, second));
    }
}
