package io.memif.internal.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanNotificationInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.OpenMBeanAttributeInfoSupport;
import javax.management.openmbean.OpenMBeanConstructorInfoSupport;
import javax.management.openmbean.OpenMBeanInfoSupport;
import javax.management.openmbean.OpenMBeanOperationInfoSupport;

/**
 * An open MBean with an attribute for each component of some records, so that whatever these come
 * to know is seen without more work, and a tool needs none of our classes. Read-only.
 */
final class RecordBean implements DynamicMBean {
    private final Supplier<List<Record>> source;
    private final Map<String, Shown> attributes = new LinkedHashMap<>();
    private final MBeanInfo info;

    /** Where an attribute comes from: a component of one of the records. */
    private record Shown(int of, OpenValue.Item item) {
        Object in(List<Record> records) {
            return item.of(records.get(of));
        }
    }

    /**
     * @param types of the records
     * @param description of the bean
     * @param source a record of each type; read for each request, by a thread of the management
     *     server
     */
    RecordBean(
            List<Class<? extends Record>> types,
            String description,
            Supplier<List<Record>> source) {
        this.source = source;
        List<OpenMBeanAttributeInfoSupport> infos = new ArrayList<>();
        for (int of = 0; of < types.size(); of++) {
            for (OpenValue.Item item : OpenValue.items(types.get(of))) {
                String name = item.name();
                String title = Character.toUpperCase(name.charAt(0)) + name.substring(1);
                attributes.put(title, new Shown(of, item));
                infos.add(
                        new OpenMBeanAttributeInfoSupport(
                                title, words(name), item.value().type(), true, false, false));
            }
        }
        info =
                new OpenMBeanInfoSupport(
                        RecordBean.class.getName(),
                        description,
                        infos.toArray(OpenMBeanAttributeInfoSupport[]::new),
                        new OpenMBeanConstructorInfoSupport[0],
                        new OpenMBeanOperationInfoSupport[0],
                        new MBeanNotificationInfo[0]);
    }

    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    /** Without classes or causes that the other side may not have. */
    private List<Record> read() throws MBeanException {
        try {
            return source.get();
        } catch (RuntimeException | Error e) {
            throw new MBeanException(new IllegalStateException(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException, MBeanException {
        Shown shown = attributes.get(name);
        if (shown == null) {
            throw new AttributeNotFoundException("there is no attribute " + name);
        }
        return shown.in(read());
    }

    /** All of them from one look. */
    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList values = new AttributeList();
        try {
            List<Record> read = read();
            for (String name : names) {
                Shown shown = attributes.get(name);
                if (shown != null) {
                    values.add(new Attribute(name, shown.in(read)));
                }
            }
        } catch (MBeanException e) {
            // What cannot be read is left out, as the interface wants it; getAttribute says why.
            values.clear();
        }
        return values;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList wanted) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature)
            throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action), "there is no operation");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return info;
    }
}
