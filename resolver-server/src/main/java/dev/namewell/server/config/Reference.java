package dev.namewell.server.config;

import dev.namewell.server.config.Key.Shape;
import dev.namewell.server.config.value.ValueType;
import dev.namewell.server.config.value.ValueType.Form;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** The keys' declarations as a file with all defaults and as a JSON Schema (draft 2020-12). */
public final class Reference {
  private static final int WIDTH = 88;
  private static final int SAMPLE_INDENT = 8;
  private static final String INDENT = "  ";

  private static final String HEAD =
      """
      # Every key of Namewell with its default. A key that is left out has its default, so a file
      # needs only what differs; where a line is commented out, the default depends on the machine.
      #
      # Check a file:  namewell check --config FILE
      # Variables win over the file: NAMEWELL_CACHE__MAX_TTL=12h is cache.max-ttl, and
      # NAMEWELL_CACHE__MAX_TTL_FILE=PATH takes the value from a file.
      # yaml-language-server: $schema=namewell.schema.json
      """;

  private Reference() {}

  /** {@code config/namewell.yaml}. */
  public static String defaults() {
    StringBuilder out = new StringBuilder(HEAD);
    appendKeys(out, SettingsReader.declarations(), "");
    return out.toString();
  }

  private static void appendKeys(StringBuilder out, List<Key> keys, String indent) {
    for (Key key : keys) {
      if (indent.isEmpty()) {
        out.append('\n');
      }
      for (String line : wrapped(key.doc(), WIDTH - indent.length())) {
        out.append(indent).append("# ").append(line).append('\n');
      }
      switch (key.shape()) {
        case Shape.Below(List<Key> below) -> appendBelow(out, key, below, indent);
        case Shape.BelowOrOff(List<Key> below) -> appendBelow(out, key, below, indent);
        case Shape.Repeated(List<Key> below) -> appendSample(out, key, below, indent);
        case Shape.RepeatedOrFile(List<Key> below) -> appendSample(out, key, below, indent);
        case Shape.One(ValueType<?> type, boolean _) -> appendValue(out, key, type, indent);
        case Shape.Many(ValueType<?> type, boolean _) -> appendValue(out, key, type, indent);
      }
    }
  }

  private static void appendBelow(StringBuilder out, Key key, List<Key> below, String indent) {
    out.append(indent).append(key.name()).append(":\n");
    appendKeys(out, below, indent + INDENT);
  }

  private static void appendValue(StringBuilder out, Key key, ValueType<?> type, String indent) {
    if (type.form() instanceof Form.Words(List<String> words) && words.size() > 1) {
      out.append(indent).append("# One of: ").append(String.join(", ", words)).append(".\n");
    }
    String line = indent + (key.computed() ? "# " : "") + key.name() + ": " + key.fallback();
    out.append(line.length() <= WIDTH ? line : indent + onLines(key)).append('\n');
  }

  /** A long list, each value on a line of its own. */
  private static String onLines(Key key) {
    String values = key.fallback().substring(1, key.fallback().length() - 1);
    return key.name() + ":\n  - " + values.replace(", ", "\n  - ");
  }

  /** An entry of a list, commented out. */
  private static void appendSample(StringBuilder out, Key key, List<Key> below, String indent) {
    out.append(indent).append("# ").append(key.name()).append(":\n");
    String bullet = "  - ";
    for (Key field : below) {
      for (String line : wrapped(field.doc(), WIDTH - SAMPLE_INDENT)) {
        out.append(indent).append("#     # ").append(line).append('\n');
      }
      out.append(indent).append("# ").append(bullet).append(field.name());
      out.append(": ").append(field.fallback()).append('\n');
      bullet = "    ";
    }
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** {@code config/namewell.schema.json}. */
  public static String schema() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new Indented(), text)) {
      json.writeStartObject();
      json.writeStringProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
      json.writeStringProperty("title", "Namewell configuration");
      writeObject(json, SettingsReader.declarations());
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void writeObject(JsonGenerator json, List<Key> keys) {
    json.writeStringProperty("type", "object");
    json.writeBooleanProperty("additionalProperties", false);
    json.writeObjectPropertyStart("properties");
    for (Key key : keys) {
      json.writeObjectPropertyStart(key.name());
      json.writeStringProperty("description", key.doc());
      writeShape(json, key);
      json.writeEndObject();
    }
    json.writeEndObject();
    List<String> required = new ArrayList<>();
    for (Key key : keys) {
      if (isRequired(key.shape())) {
        required.add(key.name());
      }
    }
    if (!required.isEmpty()) {
      writeStrings(json, "required", required);
    }
  }

  private static boolean isRequired(Shape shape) {
    return switch (shape) {
      case Shape.One(ValueType<?> _, boolean required) -> required;
      case Shape.Many(ValueType<?> _, boolean required) -> required;
      case Shape.Below _, Shape.BelowOrOff _, Shape.Repeated _, Shape.RepeatedOrFile _ -> false;
    };
  }

  private static void writeShape(JsonGenerator json, Key key) {
    switch (key.shape()) {
      case Shape.One(ValueType<?> type, boolean _) -> {
        if (!key.computed()) {
          writeDefault(json, key, type.form());
        }
        writeForm(json, type.form());
      }
      case Shape.Many(ValueType<?> type, boolean _) -> writeList(json, type.form());
      case Shape.Below(List<Key> keys) -> writeSection(json, keys, null);
      case Shape.BelowOrOff(List<Key> keys) -> writeSection(json, keys, "off");
      case Shape.Repeated(List<Key> keys) -> writeSections(json, keys);
      case Shape.RepeatedOrFile(List<Key> keys) -> {
        json.writeArrayPropertyStart("anyOf");
        json.writeStartObject();
        json.writeStringProperty("type", "string");
        json.writeEndObject();
        json.writeStartObject();
        writeSections(json, keys);
        json.writeEndObject();
        json.writeEndArray();
      }
    }
  }

  private static void writeSections(JsonGenerator json, List<Key> keys) {
    json.writeStringProperty("type", "array");
    json.writeNumberProperty("minItems", 1);
    json.writeObjectPropertyStart("items");
    writeObject(json, keys);
    json.writeEndObject();
  }

  private static void writeDefault(JsonGenerator json, Key key, Form form) {
    if (form instanceof Form.Whole) {
      json.writeNumberProperty("default", Long.parseLong(key.fallback()));
    } else {
      String text = key.fallback();
      boolean inQuotes = text.startsWith("\"");
      json.writeStringProperty("default", inQuotes ? text.substring(1, text.length() - 1) : text);
    }
  }

  /** A section may be empty: all its keys commented out. */
  private static void writeSection(JsonGenerator json, List<Key> keys, @Nullable String word) {
    json.writeArrayPropertyStart("anyOf");
    json.writeStartObject();
    writeObject(json, keys);
    json.writeEndObject();
    json.writeStartObject();
    json.writeStringProperty("type", "null");
    json.writeEndObject();
    if (word != null) {
      json.writeStartObject();
      writeWords(json, List.of(word));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeList(JsonGenerator json, Form form) {
    json.writeArrayPropertyStart("anyOf");
    json.writeStartObject();
    json.writeStringProperty("type", "array");
    json.writeNumberProperty("minItems", 1);
    json.writeBooleanProperty("uniqueItems", true);
    json.writeObjectPropertyStart("items");
    writeForm(json, form);
    json.writeEndObject();
    json.writeEndObject();
    json.writeStartObject();
    writeForm(json, form);
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void writeForm(JsonGenerator json, Form form) {
    switch (form) {
      case Form.Words(List<String> words) -> writeWords(json, words);
      case Form.OnOff() -> {
        json.writeArrayPropertyStart("enum");
        json.writeString("on").writeString("off").writeBoolean(true).writeBoolean(false);
        json.writeEndArray();
      }
      case Form.Whole(long least, long most) -> {
        json.writeStringProperty("type", "integer");
        json.writeNumberProperty("minimum", least);
        json.writeNumberProperty("maximum", most);
      }
      case Form.Pattern(String regex) -> {
        json.writeStringProperty("type", "string");
        json.writeStringProperty("pattern", regex);
      }
      case Form.WordOr(String word, Form other) -> {
        json.writeArrayPropertyStart("anyOf");
        json.writeStartObject();
        writeForm(json, other);
        json.writeEndObject();
        json.writeStartObject();
        writeWords(json, List.of(word));
        json.writeEndObject();
        json.writeEndArray();
      }
    }
  }

  /** Editors that read YAML 1.1 take a bare off for false. */
  private static void writeWords(JsonGenerator json, List<String> words) {
    json.writeArrayPropertyStart("enum");
    words.forEach(json::writeString);
    if (words.contains("off")) {
      json.writeBoolean(false);
    }
    json.writeEndArray();
  }

  private static void writeStrings(JsonGenerator json, String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /** Two spaces a level, and line feeds on every system. */
  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }

    @Override
    public PrettyPrinter getPrettyPrinter() {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    }
  }
}
