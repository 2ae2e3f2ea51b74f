package dev.namewell.server.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** Saves one generation of answers after the other until it is killed. */
final class CacheFileWriterMain {
  /** Answers of one generation: a few milliseconds of writing. */
  static final int ANSWERS = 4000;

  private CacheFileWriterMain() {}

  /** Takes the path of the file. The age of all answers is their generation. */
  public static void main(String[] arguments) throws IOException {
    CacheFile file = new CacheFile(Path.of(arguments[0]), InstantSource.system(), () -> 1);
    for (long generation = 0; ; generation++) {
      long age = generation;
      file.save(
          visitor -> {
            for (int i = 0; i < ANSWERS; i++) {
              visitor.accept(StoredAnswers.of("host" + i, age));
            }
          });
      System.out.println(generation);
    }
  }
}
