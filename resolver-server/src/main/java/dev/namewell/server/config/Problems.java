package dev.namewell.server.config;

import dev.namewell.server.config.Tree.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, or doubtful, so that all of it can be told at once. */
final class Problems {
  private static final int MOST_TOLD = 50;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing((Problem problem) -> problem.line() == 0)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::place);

  private final List<Problem> found = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  void add(Origin origin, String path, String message) {
    found.add(new Problem(origin.toString(), origin.line(), origin.column(), path, message));
  }

  /** What is allowed, but hardly meant. */
  void warn(Origin origin, String path, String message) {
    warnings.add(new Problem(origin.toString(), origin.line(), origin.column(), path, message));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** In the order of the file, then variables and options; at most fifty. */
  List<Problem> inOrder() {
    return inOrder(found);
  }

  /** The same of what is doubtful. */
  List<Problem> warningsInOrder() {
    return inOrder(warnings);
  }

  private static List<Problem> inOrder(List<Problem> any) {
    List<Problem> sorted = new ArrayList<>(any);
    sorted.sort(BY_PLACE);
    return List.copyOf(sorted.subList(0, Math.min(sorted.size(), MOST_TOLD)));
  }
}
