package dev.namewell.server.runtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The two system calls that Netty does not offer as we need them: {@code recvmmsg} and {@code
 * sendmmsg}. Linux on x86-64 and aarch64 only. Pointers travel as {@code long}, which both calling
 * conventions pass alike, so that no object is made for a call.
 */
final class Libc {
  static final int EINTR = 4;
  static final int EAGAIN = 11;

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle RECVMMSG =
      find(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle SENDMMSG =
      find("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));

  private Libc() {}

  /** True where the layouts of this package's structures hold. Loads nothing native. */
  static boolean isLayoutKnown() {
    String os = System.getProperty("os.name", "");
    String cpu = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return os.equals("Linux")
        && (cpu.equals("amd64") || cpu.equals("x86_64") || cpu.equals("aarch64"))
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle find(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    MemorySegment function =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
    return linker.downcallHandle(function, shape, Linker.Option.captureCallState("errno"));
  }

  /** Memory for the errno of one thread's calls. */
  static MemorySegment newErrno(Arena arena) {
    return arena.allocate(CAPTURE);
  }

  /** How many messages came, or {@code -errno}. {@code headers} is the address of mmsghdr[]. */
  static int recvmmsg(MemorySegment errno, int fd, long headers, int count, int flags) {
    int got;
    try {
      got = (int) RECVMMSG.invokeExact(errno, fd, headers, count, flags, 0L);
    } catch (Throwable defect) {
      throw new AssertionError("recvmmsg", defect);
    }
    return got >= 0 ? got : -(int) ERRNO.get(errno, 0L);
  }

  /** How many messages were sent, or {@code -errno} if the first one could not be. */
  static int sendmmsg(MemorySegment errno, int fd, long headers, int count, int flags) {
    int sent;
    try {
      sent = (int) SENDMMSG.invokeExact(errno, fd, headers, count, flags);
    } catch (Throwable defect) {
      throw new AssertionError("sendmmsg", defect);
    }
    return sent >= 0 ? sent : -(int) ERRNO.get(errno, 0L);
  }
}
