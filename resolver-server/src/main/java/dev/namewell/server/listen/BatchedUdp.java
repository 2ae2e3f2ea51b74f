package dev.namewell.server.listen;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.server.listen.LateReply.Outlet;
import dev.namewell.server.runtime.ReceiveBatch;
import dev.namewell.server.runtime.SendBatch;
import dev.namewell.server.runtime.UdpFd;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A listening UDP socket as a Netty channel, read by {@code recvmmsg} and flushed by {@code
 * sendmmsg}. What goes through its pipeline is one {@link ReceiveBatch} for a whole batch, the same
 * one each time; replies are put into the loop's {@link SendBatch}, and {@code flush} sends them.
 * Ordinary messages cannot be written to it.
 */
final class BatchedUdp extends AbstractChannel implements Outlet {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  /** Full batches after which other sockets of the loop get their turn. */
  private static final int ROUNDS = 8;

  /** Replies kept while the socket's buffer, of megabytes, is full. */
  private static final int MAX_UNSENT = 1024;

  /** Errors are always reported; a value other than none keeps the registration. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLERR;

  private static final EpollIoOps READ = EpollIoOps.EPOLLIN;
  private static final EpollIoOps WRITE = EpollIoOps.EPOLLOUT;

  private record Unsent(byte[] path, byte[] payload) {}

  private final ServingLoop home;
  private final UdpFd socket;
  private final InetSocketAddress local;
  private final ChannelConfig config;
  private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
  private @Nullable IoRegistration registration;
  private boolean reading;
  private boolean waitingForRoom;
  private boolean waitingForFlush;

  /** Takes over a bound socket, to be registered with the loop of {@code home}. */
  BatchedUdp(ServingLoop home, UdpFd socket) {
    super(null);
    this.home = home;
    this.socket = socket;
    local = socket.localAddress();
    config = new Config();
  }

  /** Registers with the loop and begins to read. */
  void start() {
    ChannelPromise registered = new DefaultChannelPromise(this, home.loop);
    unsafe().register(home.loop, registered);
    registered.syncUninterruptibly();
  }

  int port() {
    return local.getPort();
  }

  /** Keeps a late reply for the next {@link #flushReplies}. On the event loop. */
  void enqueue(byte[] path, byte[] payload) {
    if (!socket.isOpen()) {
      home.events.dropped(DropReason.CLIENT_GONE, Transport.UDP);
    } else if (unsent.size() >= MAX_UNSENT || payload.length > home.sending().slotSize()) {
      home.events.dropped(DropReason.SEND_FAILED, Transport.UDP);
    } else {
      unsent.add(new Unsent(path, payload));
    }
  }

  @Override
  public boolean markWaiting(boolean now) {
    boolean before = waitingForFlush;
    waitingForFlush = now;
    return before;
  }

  @Override
  public void flushReplies() {
    if (!waitingForRoom) {
      sendUnsent();
    }
  }

  private void sendUnsent() {
    SendBatch batch = home.sending();
    while (!unsent.isEmpty()) {
      while (!batch.isFull() && !unsent.isEmpty()) {
        Unsent next = unsent.remove();
        batch.add(next.path(), next.payload(), next.payload().length);
      }
      if (!sendBatch(batch)) {
        return;
      }
    }
  }

  /** Sends the batch; false if the socket has no room and the rest is now in {@code unsent}. */
  private boolean sendBatch(SendBatch batch) {
    int lost = batch.send(socket.intValue());
    for (int i = 0; i < lost; i++) {
      home.events.dropped(DropReason.SEND_FAILED, Transport.UDP);
    }
    if (batch.isEmpty()) {
      return true;
    }
    for (int i = 0; i < batch.size(); i++) {
      enqueue(batch.pathOf(i), batch.payloadOf(i));
    }
    batch.clear();
    waitForRoom(true);
    return false;
  }

  private void waitForRoom(boolean wait) {
    if (waitingForRoom != wait) {
      waitingForRoom = wait;
      submitInterest();
    }
  }

  private void submitInterest() {
    IoRegistration current = registration;
    if (current == null || !current.isValid() || !socket.isOpen()) {
      return;
    }
    if (reading) {
      current.submit(waitingForRoom ? READ.with(WRITE) : READ);
    } else {
      current.submit(waitingForRoom ? WRITE : NOTHING);
    }
  }

  private void receive() {
    ReceiveBatch batch = home.received();
    for (int round = 0; round < ROUNDS && reading; round++) {
      int got = batch.receive(socket.intValue());
      if (got < 0) {
        receiveFailed(-got);
        return;
      }
      if (got == 0) {
        return;
      }
      pipeline().fireChannelRead(batch);
      // Level-triggered: what came in meanwhile is reported again.
      if (!batch.isFull()) {
        return;
      }
    }
  }

  private void receiveFailed(int errno) {
    home.events.defect(Part.UDP, "recvmmsg on " + local, new IOException("errno " + errno));
    if (errno == UdpFd.EBADF || errno == UdpFd.ENOTSOCK) {
      close();
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new BatchedUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    ((IoEventLoop) eventLoop())
        .register((BatchedUnsafe) unsafe())
        .addListener(
            done -> {
              if (done.isSuccess()) {
                registration = (IoRegistration) done.getNow();
                promise.setSuccess();
              } else {
                promise.setFailure(done.cause());
              }
            });
  }

  @Override
  protected void doBeginRead() {
    if (!reading) {
      reading = true;
      submitInterest();
    }
  }

  private void stopReading() {
    if (reading) {
      reading = false;
      submitInterest();
    }
  }

  @Override
  protected void doDeregister() {
    if (registration != null) {
      registration.cancel();
    }
  }

  @Override
  protected void doClose() throws IOException {
    reading = false;
    doDeregister();
    for (int i = unsent.size(); i > 0; i--) {
      home.events.dropped(DropReason.CLIENT_GONE, Transport.UDP);
    }
    unsent.clear();
    socket.close();
  }

  @Override
  protected void doDisconnect() {
    throw new UnsupportedOperationException("a listening UDP socket has no peer");
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("already bound to " + local);
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    throw new UnsupportedOperationException("replies go through the batch");
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    throw new UnsupportedOperationException("replies go through the batch");
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public boolean isActive() {
    return socket.isOpen();
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return null;
  }

  private final class Config extends DefaultChannelConfig {
    Config() {
      super(BatchedUdp.this);
      setAllocator(home.allocator);
    }

    @Override
    protected void autoReadCleared() {
      if (eventLoop().inEventLoop()) {
        stopReading();
      } else {
        eventLoop().execute(BatchedUdp.this::stopReading);
      }
    }
  }

  private final class BatchedUnsafe extends AbstractUnsafe implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return socket;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
      EpollIoOps ready = ((EpollIoEvent) event).ops();
      if (ready.contains(WRITE)) {
        waitForRoom(false);
        sendUnsent();
      }
      if (reading) {
        receive();
      } else if (ready.contains(NOTHING)) {
        clearError();
      }
    }

    /** Reading the error clears it; without that it is reported again and again. */
    private void clearError() {
      try {
        socket.getSoError();
      } catch (IOException gone) {
        close(voidPromise());
      }
    }

    @Override
    protected void flush0() {
      SendBatch batch = home.sending();
      if (!batch.isEmpty()) {
        sendBatch(batch);
      }
    }

    @Override
    public void connect(SocketAddress remote, SocketAddress from, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("listens only"));
    }

    @Override
    public void close() {
      close(voidPromise());
    }
  }
}
