package io.memif.examples.show;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.memif.examples.CommandFailure;
import io.memif.examples.JsonLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A JVM whose memif beans can be read: attached to as {@code jcmd} does, then asked over JMX. What
 * fails is a {@link CommandFailure} that names the process.
 */
final class JvmConnection implements AutoCloseable {
    private static final String JMX_CLASS = "io.memif.MemifJmx";
    private static final int SECONDS_DIGITS = 9;
    private static final ObjectName JMX_BEAN = name("io.memif:type=Memif");

    private final long pid;
    private final String main;
    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private JvmConnection(long pid, String main, JMXConnector connector) throws IOException {
        this.pid = pid;
        this.main = main;
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The processes of this machine that seem to use the library, without asking them. */
    static List<Long> candidates() {
        return LinuxProcess.all().stream()
                .filter(each -> each.maps("libjvm.so") && each.maps("jffi"))
                .map(LinuxProcess::pid)
                .toList();
    }

    /** Connects, and registers the beans if there are none. The address is the JVM's own. */
    @SuppressWarnings("BanJNDI")
    static JvmConnection to(long pid) {
        new LinuxProcess(pid).requireAttachable();
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            String main;
            String url;
            try {
                Properties properties = jvm.getSystemProperties();
                main = properties.getProperty("sun.java.command", "").split(" ")[0];
                url = jvm.startLocalManagementAgent();
            } finally {
                jvm.detach();
            }
            JvmConnection made =
                    new JvmConnection(
                            pid, main, JMXConnectorFactory.connect(new JMXServiceURL(url)));
            made.requireBeans();
            return made;
        } catch (AttachNotSupportedException e) {
            throw new CommandFailure(
                    "process " + pid + " does not let others attach: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure("cannot ask process " + pid + ": " + e.getMessage(), e);
        } catch (NoClassDefFoundError e) {
            throw new CommandFailure(
                    "this Java cannot attach to others, since it lacks the module jdk.attach: run"
                            + " memif with a JDK",
                    e);
        }
    }

    private void requireBeans() throws IOException {
        try {
            if (!beans.isRegistered(JMX_BEAN)) {
                beans.createMBean(JMX_CLASS, JMX_BEAN);
            }
        } catch (InstanceAlreadyExistsException e) {
            // Another memif show was faster.
            return;
        } catch (ReflectionException e) {
            if (sockets(null).isEmpty()) {
                close();
                throw new CommandFailure(
                        this
                                + " has no JMX beans of io.memif: it does not use the library, or has"
                                + " it in a class loader of its own and must call"
                                + " MemifJmx.register()",
                        e);
            }
        } catch (JMException e) {
            close();
            throw new CommandFailure(this + " has no JMX beans of io.memif: " + e.getMessage(), e);
        }
    }

    private Set<ObjectName> sockets(String address) throws IOException {
        return names("Socket", address, "");
    }

    private Set<ObjectName> names(String type, String address, String more) throws IOException {
        String on = address == null ? "" : ",socket=" + ObjectName.quote(address);
        return new TreeSet<>(
                beans.queryNames(name("io.memif:type=" + type + on + more + ",*"), null));
    }

    /** What there is to see, for people; empty if nothing matches. */
    String text(String address, Integer id) {
        return asked(
                () -> {
                    StringBuilder text = new StringBuilder();
                    Set<ObjectName> names =
                            id == null
                                    ? sockets(address)
                                    : names(
                                            "Interface",
                                            address,
                                            ",id=" + Integer.toUnsignedString(id));
                    for (ObjectName each : names) {
                        text.append(beans.getAttribute(each, "Text"));
                    }
                    return text.isEmpty() ? "" : this + "\n" + text;
                });
    }

    /** What there is to see, for programs; empty if nothing matches. */
    Optional<JsonLine> json(String address, Integer id) {
        return asked(
                () -> {
                    List<JsonLine> found = new ArrayList<>();
                    for (ObjectName each : sockets(address)) {
                        Map<String, Object> socket = attributes(each);
                        CompositeData[] interfaces = (CompositeData[]) socket.get("interfaces");
                        if (id != null) {
                            interfaces = only(id, interfaces);
                            socket.put("interfaces", interfaces);
                        }
                        if (id == null || interfaces.length > 0) {
                            found.add(object(socket));
                        }
                    }
                    JsonLine process =
                            new JsonLine().put("pid", pid).put("main", main).put("sockets", found);
                    return found.isEmpty() ? Optional.empty() : Optional.of(process);
                });
    }

    private static CompositeData[] only(int id, CompositeData[] interfaces) {
        long wanted = Integer.toUnsignedLong(id);
        return Arrays.stream(interfaces)
                .filter(each -> ((CompositeData) each.get("config")).get("id").equals(wanted))
                .toArray(CompositeData[]::new);
    }

    private Map<String, Object> attributes(ObjectName of) throws JMException, IOException {
        List<String> names = new ArrayList<>();
        for (MBeanAttributeInfo info : beans.getMBeanInfo(of).getAttributes()) {
            if (!info.getName().equals("Text")) {
                names.add(info.getName());
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        AttributeList read = beans.getAttributes(of, names.toArray(String[]::new));
        if (read.isEmpty()) {
            // Says why it cannot be read.
            beans.getAttribute(of, names.get(0));
        }
        for (Attribute each : read.asList()) {
            String name = each.getName();
            values.put(Character.toLowerCase(name.charAt(0)) + name.substring(1), each.getValue());
        }
        return values;
    }

    private static JsonLine object(CompositeData data) {
        Map<String, Object> values = new LinkedHashMap<>();
        data.getCompositeType().keySet().forEach(name -> values.put(name, data.get(name)));
        return object(values);
    }

    private static JsonLine object(Map<String, Object> values) {
        JsonLine line = new JsonLine();
        values.forEach(
                (name, value) -> {
                    if (value instanceof CompositeData data) {
                        line.put(name, object(data));
                    } else if (value instanceof CompositeData[] array) {
                        line.put(name, Arrays.stream(array).map(JvmConnection::object).toList());
                    } else if (value instanceof Boolean truth) {
                        line.put(name, truth);
                    } else if (value instanceof Double number) {
                        line.put(name, number, SECONDS_DIGITS);
                    } else if (value instanceof Number number) {
                        line.put(name, number.longValue());
                    } else {
                        line.put(name, (String) value);
                    }
                });
        return line;
    }

    /** Something that is read from the beans. */
    private interface Question<T> {
        T ask() throws JMException, IOException;
    }

    /** A socket that is closed meanwhile leaves its process without an answer once. */
    private <T> T asked(Question<T> question) {
        try {
            try {
                return question.ask();
            } catch (InstanceNotFoundException e) {
                return question.ask();
            }
        } catch (JMException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandFailure(this + " does not answer: " + cause.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ProcessHandle.of(pid).isEmpty()
                            ? this + " has ended"
                            : this + " does not answer: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // Its process has ended: there is nothing left to close.
            return;
        }
    }

    /** Process id and main class. */
    @Override
    public String toString() {
        return "process " + pid + (main.isEmpty() ? "" : " (" + main + ")");
    }
}
