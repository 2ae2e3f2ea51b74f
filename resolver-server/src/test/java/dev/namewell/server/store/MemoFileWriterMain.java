package dev.namewell.server.store;

import java.nio.file.Path;
import java.time.InstantSource;

/** Saves one text after the other until it is killed. */
final class MemoFileWriterMain {
  static final String END = "the end\n";

  private MemoFileWriterMain() {}

  /** Takes the path of the file. */
  public static void main(String[] arguments) {
    MemoFile file = new MemoFile(Path.of(arguments[0]), InstantSource.system());
    for (long generation = 0; ; generation++) {
      file.save(("generation " + generation + "\n").repeat(2000) + END);
      System.out.println(generation);
    }
  }
}
