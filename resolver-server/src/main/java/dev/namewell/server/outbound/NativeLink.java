package dev.namewell.server.outbound;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.namewell.core.port.Time;
import dev.namewell.server.runtime.EventLoops;
import dev.namewell.server.runtime.ReceiveBatch;
import dev.namewell.server.runtime.SocketOptions;
import dev.namewell.server.runtime.UdpFd;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A connected Linux UDP socket: sends by one system call on the thread that asks, receives by
 * {@code recvmmsg} on an event loop.
 */
final class NativeLink implements DatagramLink {
  /** Each query leaves from a random socket, so that one seldom has many responses to read. */
  private static final int BATCH = 8;

  private static final int MSG_DONTWAIT = 0x40;
  private static final int ECONNREFUSED = 111;
  private static final int EBADF = 9;

  private static final int TRIAL_TRIES = 200;
  private static final long TRIAL_PAUSE_NANOS = 1_000_000;
  private static final int TRIAL_OCTETS = 12;

  private final UdpFd socket;
  private final IoEventLoop loop;
  private final Arrivals arrivals;

  private NativeLink(UdpFd socket, IoEventLoop loop, Arrivals arrivals) {
    this.socket = socket;
    this.loop = loop;
    this.arrivals = arrivals;
  }

  static Opener opener(EventLoops loops, Time time) {
    IdentityHashMap<IoEventLoop, ReceiveBatch> batches = new IdentityHashMap<>();
    for (IoEventLoop loop : loops.loops()) {
      batches.put(loop, new ReceiveBatch(BATCH, SocketOptions.MAX_RESPONSE));
    }
    return new Opener() {
      @Override
      public DatagramLink open(InetSocketAddress server, InFlight inFlight) throws IOException {
        IoEventLoop loop = loops.group().next();
        ReceiveBatch batch = batches.get(loop);
        if (batch == null) {
          throw new IllegalStateException("an event loop that was not there at the start");
        }
        return NativeLink.open(server, loop, socket -> new Arrivals(socket, batch, inFlight, time));
      }

      @Override
      public String form() {
        return "native";
      }
    };
  }

  private interface ArrivalsOf {
    Arrivals of(UdpFd socket);
  }

  private static DatagramLink open(InetSocketAddress server, IoEventLoop loop, ArrivalsOf arrivals)
      throws IOException {
    UdpFd socket = connected(server);
    NativeLink link = new NativeLink(socket, loop, arrivals.of(socket));
    loop.register(link.arrivals).addListener(link.arrivals::registered);
    return link;
  }

  private static UdpFd connected(InetSocketAddress server) throws IOException {
    UdpFd socket = UdpFd.open(server.getAddress() instanceof Inet6Address);
    try {
      socket.setReceiveBufferSize(SocketOptions.RECEIVE_BUFFER);
      socket.connect(server);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public @Nullable String send(byte[] packet) {
    return send(socket, packet);
  }

  private static @Nullable String send(UdpFd socket, byte[] packet) {
    if (HeapSend.send(socket.intValue(), packet) == packet.length) {
      return null;
    }
    // The kernel reports an earlier packet's ICMP error instead of sending this one. Once told, it
    // sends; if it does not, then it says why.
    ByteBuffer direct = ByteBuffer.allocateDirect(packet.length).put(packet);
    try {
      socket.send(direct, 0, packet.length);
      return null;
    } catch (IOException e) {
      return Failures.text(e);
    }
  }

  @Override
  public void close() {
    try {
      loop.execute(
          () -> {
            arrivals.stop();
            closeSocket();
          });
    } catch (RejectedExecutionException _) {
      closeSocket(); // the loop has ended, and its registration with it
    }
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException _) {
      // nothing was buffered; the descriptor is gone all the same
    }
  }

  /** Why such sockets do not work here, found out by sending a packet through one; or null. */
  static @Nullable String trial(EventLoops loops) {
    if (!loops.isEpoll()) {
      return "the event loops do not use epoll";
    }
    try {
      UdpFd.ensureAvailable();
      UdpFd socket = UdpFd.open(false);
      try {
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        socket.connect(socket.localAddress());
        return trial(socket);
      } finally {
        socket.close();
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static @Nullable String trial(UdpFd socket) {
    String failure = send(socket, new byte[TRIAL_OCTETS]);
    if (failure != null) {
      return failure;
    }
    ReceiveBatch batch = new ReceiveBatch(1, TRIAL_OCTETS);
    for (int i = 0; i < TRIAL_TRIES; i++) {
      int got = batch.receive(socket.intValue());
      if (got != 0) {
        return got < 0 ? "recvmmsg: error " + -got : null;
      }
      LockSupport.parkNanos(TRIAL_PAUSE_NANOS);
    }
    return "a packet sent over loopback did not arrive";
  }

  /** The receiving side; the event loop's own. */
  private static final class Arrivals implements EpollIoHandle {
    private final UdpFd socket;
    private final ReceiveBatch batch;
    private final InFlight inFlight;
    private final Time time;
    private @Nullable IoRegistration registration;
    private boolean stopped;

    Arrivals(UdpFd socket, ReceiveBatch batch, InFlight inFlight, Time time) {
      this.socket = socket;
      this.batch = batch;
      this.inFlight = inFlight;
      this.time = time;
    }

    void registered(Future<? super IoRegistration> done) {
      if (!done.isSuccess()) {
        inFlight.stop();
      } else if (done.getNow() instanceof IoRegistration made) {
        registration = made;
        if (stopped) {
          made.cancel();
        } else {
          made.submit(EpollIoOps.EPOLLIN); // level-triggered: what is left is told again
        }
      }
    }

    @Override
    public FileDescriptor fd() {
      return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
      int got = batch.receive(socket.intValue());
      if (got < 0) {
        refused(from, -got);
        return;
      }
      long now = time.nanos();
      for (int slot = 0; slot < got; slot++) {
        byte[] packet = new byte[batch.length(slot)];
        batch.copyTo(slot, packet);
        inFlight.deliver(packet, now);
      }
    }

    private void refused(IoRegistration from, int errno) {
      if (errno == EBADF) {
        from.cancel();
      }
      inFlight.refuse(errno == ECONNREFUSED ? Failures.PORT_UNREACHABLE : "network error " + errno);
    }

    void stop() {
      stopped = true;
      IoRegistration made = registration;
      if (made != null) {
        made.cancel();
      }
    }

    /** The event loop ends. The socket stays open until no thread can be sending on it. */
    @Override
    public void close() {
      stopped = true;
      inFlight.stop();
    }
  }

  /** {@code send(2)} from a Java array, without a copy and without an object. */
  private static final class HeapSend {
    /** Critical: the array stays where it is. The call never waits, as that demands. */
    private static final MethodHandle SEND = find();

    private HeapSend() {}

    @SuppressWarnings("restricted")
    private static MethodHandle find() {
      Linker linker = Linker.nativeLinker();
      MemorySegment function =
          linker
              .defaultLookup()
              .find("send")
              .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no send"));
      return linker.downcallHandle(
          function,
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
          Linker.Option.critical(true));
    }

    static long send(int fd, byte[] packet) {
      try {
        return (long)
            SEND.invokeExact(fd, MemorySegment.ofArray(packet), (long) packet.length, MSG_DONTWAIT);
      } catch (Throwable defect) {
        throw new AssertionError("send", defect);
      }
    }
  }
}
