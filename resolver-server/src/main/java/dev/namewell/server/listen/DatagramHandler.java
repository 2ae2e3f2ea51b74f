package dev.namewell.server.listen;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.ReplySink;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.Part;
import dev.namewell.server.listen.LateReply.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The end of the pipeline of one of Netty's own datagram channels. */
final class DatagramHandler extends ChannelInboundHandlerAdapter implements Outlet {
  private final ServingLoop home;
  private final Channel channel;
  private final Client client = new Client(Transport.UDP);
  private final SenderSink sink = new SenderSink();
  private boolean batchStarted;
  private long nanos;
  private boolean waitingForFlush;

  DatagramHandler(ServingLoop home, Channel channel) {
    this.home = home;
    this.channel = channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      if (!batchStarted) {
        batchStarted = true;
        nanos = home.time.nanos();
      }
      ByteBuf content = packet.content();
      int length = content.readableBytes();
      content.readBytes(home.query, 0, length);
      sink.sender = packet.sender();
      readSender(packet.sender());
      home.handler.handle(home.query, length, client, sink, nanos);
    } catch (RuntimeException defect) {
      home.events.defect(Part.UDP, "query", defect);
    } finally {
      packet.release();
    }
  }

  private void readSender(InetSocketAddress sender) {
    InetAddress address = sender.getAddress();
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    if (address instanceof Inet4Address) {
      client.setIpv4(octets.getInt(), sender.getPort());
    } else {
      client.setIpv6(octets.getLong(), octets.getLong(), sender.getPort());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    batchStarted = false;
    ctx.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      home.events.dropped(DropReason.SEND_FAILED, Transport.UDP);
    } else {
      home.events.defect(Part.UDP, "socket " + channel.localAddress(), cause);
    }
  }

  private void write(byte[] reply, int length, InetSocketAddress to) {
    if (!channel.isActive()) {
      home.events.dropped(DropReason.CLIENT_GONE, Transport.UDP);
    } else if (!channel.isWritable()) {
      home.events.dropped(DropReason.SEND_FAILED, Transport.UDP);
    } else {
      ByteBuf content = home.allocator.directBuffer(length).writeBytes(reply, 0, length);
      // Failures of a void promise come to exceptionCaught, and it costs no object.
      channel.write(new DatagramPacket(content, to), channel.voidPromise());
    }
  }

  @Override
  public void flushReplies() {
    channel.flush();
  }

  @Override
  public boolean markWaiting(boolean now) {
    boolean before = waitingForFlush;
    waitingForFlush = now;
    return before;
  }

  /** The sink of the datagram being handled. */
  private final class SenderSink implements ReplySink {
    private @Nullable InetSocketAddress sender;

    private InetSocketAddress sender() {
      InetSocketAddress current = sender;
      if (current == null) {
        throw new IllegalStateException("no datagram is being handled");
      }
      return current;
    }

    @Override
    public void send(byte[] reply, int length) {
      write(reply, length, sender());
    }

    @Override
    public void drop(DropReason why) {
      // Nothing was set aside for it.
    }

    @Override
    public ReplySink detach() {
      return new Detached(sender());
    }
  }

  private final class Detached extends LateReply {
    private final InetSocketAddress sender;

    Detached(InetSocketAddress sender) {
      super(home.replies);
      this.sender = sender;
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
      write(reply, reply.length, sender);
      return DatagramHandler.this;
    }
  }
}
