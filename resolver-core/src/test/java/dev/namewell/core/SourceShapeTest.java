package dev.namewell.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The hard limits on sizes and names; what lies well below them is a matter of taste. */
class SourceShapeTest {
  private static final int FILE_LINES = 500;
  private static final int METHOD_LINES = 60;
  private static final int PARAMETERS = 5;
  private static final int CLASSES_IN_A_PACKAGE = 16;

  /** Words that name no thing: who needs one has not yet found out what the class is. */
  private static final Pattern EMPTY_WORDS =
      Pattern.compile(
          "(Manager|Helper|Utils?|Impl|Data|Info|Context|Process|Request)(?=[A-Z0-9]|$)");

  private final Path root = SourceTree.root();
  private final List<Path> files = SourceTree.javaFiles();

  @Test
  void noFileIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES) {
        tooLong.add(root.relativize(file) + " has " + lines + " lines");
      }
    }
    assertThat(tooLong).as("files of more than %d lines", FILE_LINES).isEmpty();
  }

  @Test
  void methodsAreShortAndTakeFewParameters() throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        Path file = root.relativize(Path.of(unit.getSourceFile().toUri()));
        new MethodScanner(unit, positions, file.toString(), found).scan(unit, null);
      }
    }
    assertThat(found)
        .as("methods above %d lines or %d parameters", METHOD_LINES, PARAMETERS)
        .isEmpty();
  }

  /** Visits every method and constructor; those of a record may take as much as its header. */
  private static final class MethodScanner extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final String file;
    private final List<String> found;
    private boolean inRecord;

    MethodScanner(
        CompilationUnitTree unit, SourcePositions positions, String file, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.file = file;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      boolean outer = inRecord;
      inRecord = type.getKind() == Tree.Kind.RECORD;
      super.visitClass(type, null);
      inRecord = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(Math.max(0, positions.getEndPosition(unit, method)));
      String where = file + ":" + first + " " + method.getName();
      if (last - first + 1 > METHOD_LINES) {
        found.add(where + " has " + (last - first + 1) + " lines");
      }
      boolean constructorOfRecord = inRecord && method.getReturnType() == null;
      if (method.getParameters().size() > PARAMETERS && !constructorOfRecord) {
        found.add(where + " takes " + method.getParameters().size() + " parameters");
      }
      return super.visitMethod(method, null);
    }
  }

  @Test
  void packagesAreSmallAndNullMarked() throws IOException {
    Map<Path, Integer> sizes = new TreeMap<>();
    for (Path file : files) {
      boolean counts = !file.endsWith("package-info.java");
      sizes.merge(file.resolveSibling("."), counts ? 1 : 0, Integer::sum);
    }
    List<String> found = new ArrayList<>();
    for (Map.Entry<Path, Integer> entry : sizes.entrySet()) {
      Path folder = root.relativize(entry.getKey().normalize());
      boolean main = folder.toString().contains("src/main/");
      if (main && entry.getValue() > CLASSES_IN_A_PACKAGE) {
        found.add(folder + " has " + entry.getValue() + " classes");
      }
      Path marker = entry.getKey().normalize().resolve("package-info.java");
      boolean twinIsMarked =
          !main && Files.exists(Path.of(marker.toString().replace("src/test/", "src/main/")));
      if (!twinIsMarked
          && (!Files.exists(marker) || !Files.readString(marker).contains("@NullMarked"))) {
        found.add(folder + " has no package-info.java with @NullMarked");
      }
    }
    assertThat(found)
        .as("packages above %d classes or without null marks", CLASSES_IN_A_PACKAGE)
        .isEmpty();
  }

  @Test
  void classNamesSayWhatTheClassIs() {
    List<String> empty =
        files.stream()
            .map(root::relativize)
            .map(Path::toString)
            .filter(file -> file.contains("src/main/"))
            .filter(
                file ->
                    EMPTY_WORDS
                        .matcher(file.substring(file.lastIndexOf('/') + 1, file.length() - 5))
                        .find())
            .toList();
    assertThat(empty).as("names with words that say nothing").isEmpty();
  }
}
