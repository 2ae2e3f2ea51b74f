package dev.namewell.server.config;

import dev.namewell.server.config.Tree.Entry;
import dev.namewell.server.config.Tree.Origin;
import dev.namewell.server.config.Tree.Section;
import dev.namewell.server.config.value.Unreadable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML 1.2 document as a tree in which every value knows its line and column. */
final class ConfigFile {
  /** Far above any real file; keeps a wrong path from filling the memory. */
  private static final long MAX_BYTES = 1 << 20;

  /** Aliases can multiply: a small file must not become a huge tree. */
  private static final int MAX_VALUES = 100_000;

  private static final int MAX_DEPTH = 32;

  private final String source;
  private final @Nullable Origin fixed;
  private final Problems problems;
  private int values;

  private ConfigFile(String source, @Nullable Origin fixed, Problems problems) {
    this.source = source;
    this.fixed = fixed;
    this.problems = problems;
  }

  /** The file's top section; empty, with a problem added, where it cannot be read. */
  static Section read(Path file, Problems problems) {
    String source = file.toString();
    String text = readText(file, problems);
    Tree tree = text == null ? null : new ConfigFile(source, null, problems).parse(text);
    if (tree instanceof Section section) {
      return section;
    }
    if (tree != null && !(tree instanceof Tree.Nothing)) {
      problems.add(tree.origin(), "", "a configuration is keys with values, as `threads: 1`");
    }
    return Section.empty(source);
  }

  /** A value in YAML's flow style from a variable; all origins are {@code origin}. */
  static @Nullable Tree parseFlow(String text, Origin origin, Problems problems) {
    return new ConfigFile(origin.source(), origin, problems).parse(text);
  }

  private static @Nullable String readText(Path file, Problems problems) {
    Origin origin = Origin.of(file.toString());
    try {
      if (Files.isDirectory(file)) {
        problems.add(origin, "", "is a directory, not a file");
        return null;
      }
      if (Files.size(file) > MAX_BYTES) {
        problems.add(origin, "", "is larger than 1 MiB, so it is hardly a configuration");
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      problems.add(origin, "", "is not UTF-8 text");
    } catch (IOException e) {
      problems.add(origin, "", Unreadable.words(e));
    }
    return null;
  }

  private @Nullable Tree parse(String text) {
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    LoadSettings settings = LoadSettings.builder().setLabel(source).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(body);
      return root.isEmpty() ? null : convert(root.get(), "", 0);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      problems.add(mark.map(this::origin).orElseGet(this::start), "", inOurWords(e));
    } catch (YamlEngineException e) {
      problems.add(start(), "", "is not YAML: " + firstLine(String.valueOf(e.getMessage())));
    } catch (StackOverflowError _) {
      problems.add(start(), "", "is nested too deeply");
    }
    return null;
  }

  private static String inOurWords(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem());
    if (problem.contains("(TAB)")) {
      return "a tab cannot indent YAML (allowed: spaces)";
    }
    String context = e.getContext();
    return "is not YAML: " + (context == null ? "" : context + ", ") + firstLine(problem);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private Tree convert(Node node, String path, int depth) {
    Origin origin = node.getStartMark().map(this::origin).orElseGet(this::start);
    if (++values > MAX_VALUES || depth > MAX_DEPTH || node.isRecursive()) {
      if (values <= MAX_VALUES + 1) {
        problems.add(origin, path, "is nested too deeply, within itself, or too large");
      }
      return new Tree.Nothing(origin);
    }
    return switch (node) {
      case MappingNode mapping -> section(mapping, origin, path, depth);
      case SequenceNode sequence -> {
        List<Tree> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, path + "[" + items.size() + "]", depth + 1));
        }
        yield new Tree.Items(origin, items);
      }
      case ScalarNode scalar when isNull(scalar) -> new Tree.Nothing(origin);
      case ScalarNode scalar -> new Tree.Scalar(origin, scalar.getValue());
      default -> new Tree.Nothing(origin);
    };
  }

  private Section section(MappingNode mapping, Origin origin, String path, int depth) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Origin at = tuple.getKeyNode().getStartMark().map(this::origin).orElseGet(this::start);
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at, path, "a key must be a single word");
        continue;
      }
      String name = key.getValue();
      String below = path.isEmpty() ? name : path + "." + name;
      Tree value = convert(tuple.getValueNode(), below, depth + 1);
      Entry earlier = entries.putIfAbsent(name, new Entry(at, value));
      if (earlier != null) {
        problems.add(at, below, "is given twice, first at " + earlier.keyOrigin());
      }
    }
    return new Section(origin, entries);
  }

  private static boolean isNull(ScalarNode scalar) {
    String text = scalar.getValue();
    return scalar.isPlain() && (text.isEmpty() || text.equals("null") || text.equals("~"));
  }

  private Origin origin(Mark mark) {
    return fixed != null ? fixed : new Origin(source, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Origin start() {
    return fixed != null ? fixed : new Origin(source, 1, 1);
  }
}
