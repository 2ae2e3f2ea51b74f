package dev.namewell.server.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the service manager what the server is doing (sd_notify(3)); does nothing where there is
 * none. Java has no datagram sockets of the Unix domain, so this calls the C library.
 */
public final class SystemdNotify {
  private static final String VARIABLE = "NOTIFY_SOCKET";
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;

  /** A message that cannot be taken at once is not worth waiting for. */
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

  /** Octets of {@code sun_path} in {@code sockaddr_un}, and of the family before it. */
  private static final int MAX_PATH = 108;

  private static final int FAMILY = 2;
  private static final long NANOS_PER_MICRO = 1_000;

  private final String socket;

  /** What is shown while nothing is wrong. */
  private String usual = "";

  private String shown = "";

  private SystemdNotify(String socket) {
    this.socket = socket;
  }

  /** Reads {@code NOTIFY_SOCKET}; a path or, with a leading @, an abstract name. */
  public static SystemdNotify of(Map<String, String> environment) {
    String socket = environment.getOrDefault(VARIABLE, "");
    boolean usable =
        (socket.startsWith("/") || socket.startsWith("@"))
            && socket.getBytes(StandardCharsets.UTF_8).length < MAX_PATH;
    return new SystemdNotify(usable ? socket : "");
  }

  /** Queries are being answered. */
  public synchronized void ready(String status) {
    usual = oneLine(status);
    shown = usual;
    send("READY=1\nSTATUS=" + usual);
  }

  /**
   * Shows what keeps the server from its work just now, and the status before it once nothing does
   * any more. Tells the service manager only what has changed.
   *
   * @param why empty if nothing does
   */
  public synchronized void trouble(Optional<String> why) {
    String status = why.map(SystemdNotify::oneLine).orElse(usual);
    if (!status.equals(shown)) {
      shown = status;
      send("STATUS=" + status);
    }
  }

  /** A reload has begun; {@link #ready} ends it. */
  public void reloading() {
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / NANOS_PER_MICRO);
  }

  /** No new queries are taken. */
  public void stopping() {
    send("STOPPING=1");
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  private void send(String message) {
    if (!socket.isEmpty()) {
      try {
        sendTo(socket, message);
      } catch (Throwable _) {
        // The service manager will see by itself whether the server lives.
      }
    }
  }

  @SuppressWarnings("restricted")
  private static void sendTo(String socket, String message) throws Throwable {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    ValueLayout.OfLong size = ValueLayout.JAVA_LONG;
    MethodHandle open =
        linker.downcallHandle(
            library.findOrThrow("socket"), FunctionDescriptor.of(number, number, number, number));
    MethodHandle sendto =
        linker.downcallHandle(
            library.findOrThrow("sendto"),
            FunctionDescriptor.of(
                size, number, ValueLayout.ADDRESS, size, number, ValueLayout.ADDRESS, number));
    MethodHandle close =
        linker.downcallHandle(library.findOrThrow("close"), FunctionDescriptor.of(number, number));
    byte[] path = socket.getBytes(StandardCharsets.UTF_8);
    if (path[0] == '@') {
      path[0] = 0;
    }
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(FAMILY + MAX_PATH, Long.BYTES);
      address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, FAMILY, path.length);
      MemorySegment body = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
      int descriptor = (int) open.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (descriptor >= 0) {
        long _ =
            (long)
                sendto.invokeExact(
                    descriptor,
                    body,
                    (long) text.length,
                    MSG_DONTWAIT_NOSIGNAL,
                    address,
                    FAMILY + path.length);
        int _ = (int) close.invokeExact(descriptor);
      }
    }
  }
}
