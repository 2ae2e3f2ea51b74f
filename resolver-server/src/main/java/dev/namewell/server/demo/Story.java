package dev.namewell.server.demo;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines for the visitor, printed in order by one thread, so that nobody who tells something waits
 * for a terminal. Thread-safe.
 */
final class Story implements AutoCloseable {
  /** Lines that wait to be printed; what is told beyond them is counted only. */
  private static final int MAX_WAITING = 1000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private static final int VERB_WIDTH = 11;

  private final PrintWriter out;
  private final boolean colours;
  private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private final AtomicInteger untold = new AtomicInteger();
  private final Thread printer;

  /** What happened, and the colour of it (ECMA-48 SGR). */
  enum Verb {
    ASKED(36),
    PROBED(90),
    LATE(33),
    SET_ASIDE(33),
    WORKING(32),
    FORWARDED(32),
    CACHED(32),
    STALE(35),
    LOCAL(34),
    REFRESH(36),
    REFUSED(31),
    FAILED(31);

    private final int colour;

    Verb(int colour) {
      this.colour = colour;
    }
  }

  /** A line to be; without verb it is printed as it is, and last ends the story. */
  private record Line(LocalTime at, @Nullable Verb verb, Supplier<String> text, boolean last) {}

  /**
   * @param colours whether escape sequences are understood
   */
  Story(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
    printer = Thread.ofPlatform().daemon().name("demo story").start(this::print);
  }

  /** Tells what happened just now. */
  void tell(Verb verb, String text) {
    tell(verb, () -> text);
  }

  /**
   * Tells what happened just now.
   *
   * @param text made soon afterwards, on the thread that prints
   */
  void tell(Verb verb, Supplier<String> text) {
    if (!waiting.offer(new Line(LocalTime.now(ZoneId.systemDefault()), verb, text, false))) {
      untold.incrementAndGet();
    }
  }

  /** Says something beside the events; waits for its place. */
  void say(String text) {
    put(new Line(LocalTime.MIDNIGHT, null, () -> text, false));
  }

  private void put(Line line) {
    try {
      waiting.put(line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    try {
      for (Line line = waiting.take(); !line.last(); line = waiting.take()) {
        int missing = untold.getAndSet(0);
        if (missing > 0) {
          out.println("(" + missing + " lines left out)");
        }
        out.println(line.verb() == null ? line.text().get() : format(line, line.verb()));
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String format(Line line, Verb verb) {
    String word = verb.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String padded = word + " ".repeat(Math.max(1, VERB_WIDTH - word.length()));
    String coloured = colours ? "\u001b[" + verb.colour + "m" + padded + "\u001b[0m" : padded;
    return TIME.format(line.at()) + "  " + coloured + line.text().get();
  }

  /** Prints what has been told so far, and nothing more. */
  @Override
  public void close() {
    put(new Line(LocalTime.MIDNIGHT, null, () -> "", true));
    try {
      printer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
