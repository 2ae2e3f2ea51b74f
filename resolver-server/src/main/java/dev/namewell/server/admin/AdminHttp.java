package dev.namewell.server.admin;

import dev.namewell.core.settings.Address;
import dev.namewell.server.runtime.ListenException;
import dev.namewell.server.runtime.ListenException.Purpose;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * The HTTP listener for machines: {@code /metrics}, {@code /health/live}, {@code /health/ready}.
 * GET and HEAD only, small and few connections, each exchange within ten seconds.
 */
public final class AdminHttp implements AutoCloseable {
  /** Connections at once; more are closed at once. Scrapers and probes need two or three. */
  static final int MAX_CONNECTIONS = 64;

  private static final int MAX_START_LINE = 2048;
  private static final int MAX_HEADERS = 8192;
  private static final int BACKLOG = 64;

  private final Channel server;
  private final ChannelGroup connections;

  private AdminHttp(Channel server, ChannelGroup connections) {
    this.server = server;
    this.connections = connections;
  }

  /**
   * Binds and listens.
   *
   * @param loops serves the connections; not closed
   * @param type server channel of the same kind as {@code loops}
   * @param readiness asked at each probe on an event loop: must not block
   * @throws ListenException if the address cannot be had
   */
  public static AdminHttp start(
      EventLoopGroup loops,
      Class<? extends ServerChannel> type,
      Address address,
      Scrape scrape,
      Supplier<Readiness> readiness)
      throws ListenException {
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    AdminPages pages = new AdminPages(scrape, readiness);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new Connections(connections, pages))
            .bind(address.socketAddress())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw ListenException.of(address, Purpose.HTTP, bound.cause());
    }
    return new AdminHttp(bound.channel(), connections);
  }

  /** Where it listens: the real port if 0 was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.localAddress();
  }

  /** Stops listening and closes all connections. Not for event loops. */
  @Override
  public void close() {
    server.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
  }

  private static final class Connections extends ChannelInitializer<SocketChannel> {
    private final ChannelGroup open;
    private final AdminPages pages;

    Connections(ChannelGroup open, AdminPages pages) {
      this.open = open;
      this.pages = pages;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      if (open.size() >= MAX_CONNECTIONS) {
        channel.close();
        return;
      }
      open.add(channel);
      HttpDecoderConfig bounds =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_START_LINE)
              .setMaxHeaderSize(MAX_HEADERS);
      channel.pipeline().addLast(new HttpServerCodec(bounds), new AdminExchange(pages));
    }
  }
}
