package io.memif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Everything that was configured can be asked for. */
class ConfigTest {
    /** All getters, by name. */
    private static Map<String, Object> asked(Object config) throws ReflectiveOperationException {
        Map<String, Object> values = new TreeMap<>();
        for (Method method : config.getClass().getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && !Modifier.isStatic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && !method.getName().equals("toString")) {
                values.put(method.getName(), call(method, config));
            }
        }
        return values;
    }

    private static Object call(Method method, Object config) throws IllegalAccessException {
        try {
            return method.invoke(config);
        } catch (InvocationTargetException e) {
            throw new AssertionError(method + " fails", e.getCause());
        }
    }

    /** Each getter returns something other than its default. */
    private static void expectAllDiffer(Object standard, Object changed, String... alike)
            throws ReflectiveOperationException {
        Map<String, Object> before = asked(standard);
        asked(changed)
                .forEach(
                        (name, value) -> {
                            if (!Arrays.asList(alike).contains(name)) {
                                assertNotEquals(before.get(name), value, name);
                            }
                        });
    }

    @Test
    void everySettingOfAnInterface() throws Exception {
        InterfaceListener listener = new InterfaceListener() {};
        try (MemifRegion region = MemifRegion.builder().create(1 << 20)) {
            InterfaceConfig config =
                    InterfaceConfig.builder()
                            .id(7)
                            .mode(Mode.IP)
                            .name("seven")
                            .secret("seven")
                            .s2mRings(2)
                            .m2sRings(3)
                            .minS2mRings(1)
                            .minM2sRings(2)
                            .maxRings(9)
                            .ringSize(64)
                            .minRingSize(8)
                            .bufferSize(512)
                            .headroom(32)
                            .cacheLine(128)
                            .payloadRead(false)
                            .hugepages(true)
                            .prefault(true)
                            .buffersIn(region, 128)
                            .sealPolicy(SealPolicy.STRICT)
                            .rxMode(RxMode.ADAPTIVE)
                            .reconnect(false)
                            .reconnectInterval(Duration.ofMillis(3), Duration.ofMillis(4))
                            .handshakeTimeout(Duration.ofMillis(5))
                            .interruptRecheck(Duration.ofMillis(6))
                            .repeatSignals(false)
                            .endStalledLinkAfter(Duration.ofSeconds(7))
                            .replaceIdleLinkAfter(Duration.ofSeconds(8))
                            .checkThreads(false)
                            .adminUp(false)
                            .listener(listener)
                            .build();
            // The role decides what else means something: a slave here, as by default.
            expectAllDiffer(InterfaceConfig.builder().build(), config, "role");
            assertEquals(List.of(region), config.regions());
            assertEquals(2, config.s2mRings());
            assertEquals(2, config.minM2sRings());
            assertEquals(8, config.minRingSize());
            assertEquals(128, config.bufferOffset());
            assertEquals(Duration.ofMillis(4), config.reconnectMax());
            assertEquals(listener, config.listener());
        }
    }

    @Test
    void everySettingOfASocket() throws Exception {
        try (MemifReactor reactor = MemifReactor.callerDriven(e -> {})) {
            SocketConfig config =
                    SocketConfig.builder()
                            .address("@seven")
                            .applicationName("seven")
                            .ownThread(false)
                            .reactor(reactor)
                            .maxHalfOpen(7)
                            .socketMode(0600)
                            .socketOwner(1)
                            .socketGroup(2)
                            .allowPeerUids(3, 4)
                            .errorHandler(e -> {})
                            .maxRegionBytes(10)
                            .maxLinkRegions(11)
                            .maxLinkBytes(12)
                            .maxLinkMappings(13)
                            .maxPeerMemory(14)
                            .maxMappedBytes(15)
                            .maxMappings(16)
                            .maxWaitingBytes(17)
                            .build();
            expectAllDiffer(SocketConfig.builder().build(), config);
            assertEquals(Optional.of(Set.of(3, 4)), config.allowedPeerUids());
            assertEquals(10, config.maxRegionBytes());
            assertEquals(12, config.maxLinkBytes());
            assertEquals(13, config.maxLinkMappings());
            assertEquals(15, config.maxMappedBytes());
            assertEquals(17, config.maxWaitingBytes());
        }
    }

    /** A setter without a getter of its name has one of another, which is listed here. */
    @Test
    void everySetterHasAGetter() throws Exception {
        Map<String, String> otherwise =
                Map.of(
                        "queues", "s2mRings",
                        "minRings", "minS2mRings",
                        "secret", "hasSecret",
                        "region", "regions",
                        "buffersIn", "bufferRegion",
                        "reconnectInterval", "reconnectMax",
                        "allowPeerUids", "allowedPeerUids");
        Map<Class<?>, Object> builders =
                Map.of(
                        InterfaceConfig.Builder.class, InterfaceConfig.builder().build(),
                        SocketConfig.Builder.class, SocketConfig.builder().build());
        for (Map.Entry<Class<?>, Object> each : builders.entrySet()) {
            Set<String> getters = asked(each.getValue()).keySet();
            List<String> missing =
                    Arrays.stream(each.getKey().getDeclaredMethods())
                            .filter(method -> Modifier.isPublic(method.getModifiers()))
                            .map(Method::getName)
                            .filter(name -> !name.equals("build"))
                            .filter(name -> !getters.contains(otherwise.getOrDefault(name, name)))
                            .toList();
            assertEquals(List.of(), missing);
        }
    }
}
