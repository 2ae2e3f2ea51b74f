package dev.namewell.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All sources look as google-java-format leaves them. With {@code -Dformat=write} it does so. */
class SourceFormatTest {
  private static final boolean WRITE = "write".equals(System.getProperty("format"));

  @Test
  void everySourceIsFormatted() throws IOException {
    Formatter formatter = new Formatter();
    List<String> different = new ArrayList<>();
    for (Path file : SourceTree.javaFiles()) {
      String source = Files.readString(file);
      try {
        String formatted = formatter.formatSourceAndFixImports(source);
        if (!formatted.equals(source)) {
          if (WRITE) {
            Files.writeString(file, formatted);
          } else {
            different.add(
                SourceTree.root().relativize(file) + ":" + firstDifference(source, formatted));
          }
        }
      } catch (FormatterException e) {
        different.add(SourceTree.root().relativize(file) + " cannot be read: " + e.getMessage());
      }
    }
    assertThat(different)
        .as(
            "files to format; do it with: mvn -Dquick -pl resolver-core test"
                + " -Dtest=SourceFormatTest -Dformat=write")
        .isEmpty();
  }

  private static int firstDifference(String source, String formatted) {
    List<String> is = source.lines().toList();
    List<String> should = formatted.lines().toList();
    int line = 0;
    while (line < is.size() && line < should.size() && is.get(line).equals(should.get(line))) {
      line++;
    }
    return line + 1;
  }
}
