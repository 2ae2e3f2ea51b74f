package dev.namewell.core.sim;

import java.util.ArrayDeque;
import java.util.List;

/** What happened in a run: the last lines in words, all of them as one number. */
public final class Trace {
  private static final int LINES_KEPT = 400;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private long fingerprint = 0xcbf29ce484222325L;
  private long count;

  void add(long elapsedNanos, String what, Object of) {
    String line = elapsedNanos / 1000 + "us " + what + of;
    for (int i = 0; i < line.length(); i++) {
      fingerprint = (fingerprint ^ line.charAt(i)) * FNV_PRIME;
    }
    count++;
    lines.addLast(line);
    if (lines.size() > LINES_KEPT) {
      lines.removeFirst();
    }
  }

  /** Equal for equal runs. */
  public long fingerprint() {
    return fingerprint;
  }

  public long count() {
    return count;
  }

  /** The last lines, oldest first. */
  public List<String> tail() {
    return List.copyOf(lines);
  }
}
