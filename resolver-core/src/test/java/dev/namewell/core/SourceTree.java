package dev.namewell.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sources of both modules, found from the folder the build runs in. */
final class SourceTree {
  private SourceTree() {}

  /** The folder with the parent pom. */
  static Path root() {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("resolver-core/src"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("run from within the source tree");
    }
    return at;
  }

  /** Every Java file, in order of its path. */
  static List<Path> javaFiles() {
    Path root = root();
    try (Stream<Path> core = Files.walk(root.resolve("resolver-core/src"));
        Stream<Path> server = Files.walk(root.resolve("resolver-server/src"))) {
      return Stream.concat(core, server)
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
