package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.QueryHandler;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.server.runtime.ReceiveBatch;
import dev.namewell.server.runtime.SendBatch;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** The end of a {@link BatchedUdp}'s pipeline: a batch of queries in, a batch of replies out. */
final class BatchHandler extends ChannelInboundHandlerAdapter {
  private final ServingLoop home;
  private final BatchedUdp channel;
  private final Client client = new Client(Transport.UDP);
  private final QueryHandler handler;
  private final SlotSink sink;
  private final byte[][] queries;

  BatchHandler(ServingLoop home, BatchedUdp channel, QueryHandler handler) {
    this.home = home;
    this.handler = handler;
    this.channel = channel;
    sink = new SlotSink(home, channel);
    queries = home.queries();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReceiveBatch batch = (ReceiveBatch) message;
    long nanos = home.time.nanos();
    for (int slot = 0; slot < batch.count(); slot++) {
      batch.copyTo(slot, queries[slot]);
      handler.expect(queries[slot], batch.length(slot));
    }
    for (int slot = 0; slot < batch.count(); slot++) {
      batch.readSender(slot, client);
      sink.slot = slot;
      try {
        handler.handle(queries[slot], batch.length(slot), client, sink, nanos);
      } catch (RuntimeException defect) {
        home.events.defect(Part.UDP, "query", defect);
      }
    }
    ctx.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    home.events.defect(Part.UDP, "socket " + channel.localAddress(), cause);
  }

  /** The sink of the slot being handled. */
  private static final class SlotSink implements ReplySink {
    private final ServingLoop home;
    private final BatchedUdp channel;
    private final ReceiveBatch received;
    private final SendBatch sending;
    private int slot;

    SlotSink(ServingLoop home, BatchedUdp channel) {
      this.home = home;
      this.channel = channel;
      received = home.received();
      sending = home.sending();
    }

    @Override
    public void send(byte[] reply, int length) {
      if (length > sending.slotSize() || sending.isFull()) {
        home.events.dropped(DropReason.SEND_FAILED, Transport.UDP);
      } else {
        sending.addReply(received, slot, reply, length);
      }
    }

    @Override
    public void drop(DropReason why) {
      // Nothing was set aside for it.
    }

    @Override
    public ReplySink detach() {
      return new Detached(home, channel, received.replyPath(slot));
    }
  }

  private static final class Detached extends LateReply {
    private final BatchedUdp channel;
    private final byte[] path;

    Detached(ServingLoop home, BatchedUdp channel, byte[] path) {
      super(home.replies);
      this.channel = channel;
      this.path = path;
    }

    @Override
    Transport transport() {
      return Transport.UDP;
    }

    @Override
    @Nullable Outlet deliver(byte @Nullable [] reply) {
      if (reply == null) {
        return null;
      }
      channel.enqueue(path, reply);
      return channel;
    }
  }
}
