package dev.namewell.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code docs/architecture.md} names is there, and what is there is named. */
class ArchitecturePageTest {
  /** More would be no page that one reads. */
  private static final int LINES = 130;

  /** Code between back quotes, in one line. */
  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");

  private static final Pattern BLOCK = Pattern.compile("(?s)\n```\n(.*?)\n```\n");

  /** A class, perhaps with one of its members or nested classes. */
  private static final Pattern TYPE = Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+))?");

  /** Within a picture, two humps tell a class from a word. */
  private static final Pattern TYPE_IN_PICTURE =
      Pattern.compile("\\b([A-Z][a-z]+[A-Z]\\w*|[A-Z][a-z]+(?=\\.\\w))(?:\\.(\\w+))?");

  private static final Pattern PACKAGE = Pattern.compile("[a-z]+(/[a-z]+)*/");

  private static final List<String> MAIN_FOLDERS =
      List.of(
          "resolver-core/src/main/java/dev/namewell/core",
          "resolver-server/src/main/java/dev/namewell/server");

  private static String page;
  private static List<Path> sources;

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(SourceTree.root().resolve("docs/architecture.md"));
    sources = SourceTree.javaFiles();
  }

  private static List<String> spans() {
    return SPAN.matcher(BLOCK.matcher(page).replaceAll("\n"))
        .results()
        .map(span -> span.group(1))
        .toList();
  }

  @Test
  void everyClassAndMemberOnThePageExists() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (String span : spans()) {
      var type = TYPE.matcher(span);
      if (type.matches() && !exists(type.toMatchResult())) {
        missing.add(span);
      }
    }
    for (MatchResult picture : BLOCK.matcher(page).results().toList()) {
      for (MatchResult type : TYPE_IN_PICTURE.matcher(picture.group(1)).results().toList()) {
        if (!exists(type)) {
          missing.add(type.group());
        }
      }
    }
    assertThat(missing).as("named on docs/architecture.md, but not in the sources").isEmpty();
  }

  private static boolean exists(MatchResult type) throws IOException {
    for (Path file : sources) {
      if (file.endsWith(type.group(1) + ".java")) {
        String member = type.group(2);
        return member == null
            || Pattern.compile("\\b" + member + "\\b").matcher(Files.readString(file)).find();
      }
    }
    return false;
  }

  @Test
  void everyPackageOnThePageExists() {
    Set<String> missing =
        spans().stream()
            .filter(span -> PACKAGE.matcher(span).matches())
            .filter(span -> MAIN_FOLDERS.stream().noneMatch(main -> isPackage(main, span)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(missing).isEmpty();
  }

  private static boolean isPackage(String main, String name) {
    return Files.exists(SourceTree.root().resolve(main).resolve(name + "package-info.java"));
  }

  @Test
  void everyPackageIsOnThePage() {
    Set<String> named = Set.copyOf(spans());
    Set<String> missing = new TreeSet<>();
    for (String main : MAIN_FOLDERS) {
      Path folder = SourceTree.root().resolve(main);
      for (Path file : sources) {
        String name = file.startsWith(folder) ? folder.relativize(file.getParent()) + "/" : "/";
        if (!name.equals("/") && !named.contains(name)) {
          missing.add(name);
        }
      }
    }
    assertThat(missing).as("packages without a line on docs/architecture.md").isEmpty();
  }

  @Test
  void itIsOnePage() {
    assertThat(page.lines().count()).isLessThanOrEqualTo(LINES);
  }
}
