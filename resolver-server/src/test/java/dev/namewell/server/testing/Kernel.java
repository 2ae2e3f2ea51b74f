package dev.namewell.server.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What Linux tells about processes and sockets, from {@code /proc}. */
public final class Kernel {
  private static final Path UDP4 = Path.of("/proc/thread-self/net/udp");
  private static final Path UDP6 = Path.of("/proc/thread-self/net/udp6");
  private static final int LOCAL_ADDRESS = 1;
  private static final long KIBI = 1024;

  private Kernel() {}

  /** Skips the test where there is no {@code /proc} as Linux has it. */
  public static void required() {
    Requires.that(Files.isReadable(UDP4), "the test needs Linux: there is no " + UDP4);
  }

  /** Resident memory of a process, octets. */
  public static long residentOctets(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBI;
      }
    }
    throw new AssertionError("no VmRSS for process " + pid);
  }

  /**
   * Datagrams that the sockets bound to a port of this thread's network namespace had no room for,
   * since they were opened.
   */
  public static long lostDatagrams(int port) throws IOException {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    long lost = 0;
    for (Path table : List.of(UDP4, UDP6)) {
      if (Files.isReadable(table)) {
        for (String line : Files.readAllLines(table)) {
          String[] fields = line.strip().split("\\s+", -1);
          if (fields[LOCAL_ADDRESS].endsWith(suffix)) {
            lost += Long.parseLong(fields[fields.length - 1]);
          }
        }
      }
    }
    return lost;
  }
}
