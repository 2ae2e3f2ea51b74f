package dev.namewell.core.port;

import org.jspecify.annotations.Nullable;

/**
 * A small text that outlives the program: whole or not at all. Methods block, so they are called at
 * the start or by tasks, one at a time; trouble is logged there, where the path is known.
 */
public interface Memo {
  /** Remembers nothing. */
  Memo NONE =
      new Memo() {
        @Override
        public @Nullable String load() {
          return null;
        }

        @Override
        public void save(String text) {}

        @Override
        public void setAside(String why) {}
      };

  /** What was saved last; null if there is nothing, or nothing that could be read. */
  @Nullable String load();

  /** Replaces the text. Without success the one before stays. */
  void save(String text);

  /** What was loaded is of no use: kept where people find it, and out of the way. */
  void setAside(String why);
}
