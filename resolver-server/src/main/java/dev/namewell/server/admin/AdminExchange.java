package dev.namewell.server.admin;

import dev.namewell.server.admin.AdminPages.Page;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: answers one message after the other, and reads on only while none is being
 * answered. From the moment it waits for a message until the response is with the kernel ten
 * seconds may pass, so that neither trickled headers nor a client that reads nothing keep a
 * connection.
 */
final class AdminExchange extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(AdminExchange.class);
  private static final long LIMIT_SECONDS = 10;

  /** Messages sent without waiting that one read may bring; more closes the connection. */
  private static final int MAX_WAITING = 16;

  private final AdminPages pages;
  private final Deque<HttpRequest> waiting = new ArrayDeque<>();
  private @Nullable HttpRequest head;
  private @Nullable Future<?> limit;
  private boolean answering;
  private boolean refused;

  AdminExchange(AdminPages pages) {
    this.pages = pages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    next(ctx);
  }

  /** The response before is written: goes on with what has come already, or reads. */
  private void next(ChannelHandlerContext ctx) {
    stopClock();
    limit = ctx.executor().schedule(() -> ctx.close(), LIMIT_SECONDS, TimeUnit.SECONDS);
    answering = false;
    HttpRequest message = waiting.poll();
    if (message == null) {
      ctx.read();
    } else {
      answer(ctx, message);
    }
  }

  private void stopClock() {
    if (limit != null) {
      limit.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopClock();
  }

  /** A message may come in several reads. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!answering) {
      ctx.read();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (refused) {
      return;
    }
    if (part.decoderResult().isFailure()) {
      reject(ctx, malformed(part.decoderResult().cause()), "malformed");
      return;
    }
    if (part instanceof HttpRequest start) {
      head = start;
    }
    HttpRequest message = head;
    if (message == null) {
      return;
    }
    if (HttpUtil.getContentLength(message, 0L) != 0
        || HttpUtil.isTransferEncodingChunked(message)) {
      reject(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no content is taken here");
    } else if (part instanceof LastHttpContent) {
      head = null;
      take(ctx, message);
    }
  }

  private void take(ChannelHandlerContext ctx, HttpRequest message) {
    if (!answering) {
      answer(ctx, message);
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(message);
    } else {
      ctx.close();
    }
  }

  private static HttpResponseStatus malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      default -> HttpResponseStatus.BAD_REQUEST;
    };
  }

  /** Refuses, unless the refusal would overtake the response to a message before it. */
  private void reject(ChannelHandlerContext ctx, HttpResponseStatus status, String why) {
    if (answering) {
      ctx.close();
    } else {
      refuse(ctx, status, why);
    }
  }

  /** Answers and closes: what follows on the connection could not be trusted. */
  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String why) {
    refused = true;
    answering = true;
    write(ctx, Page.text(status, why + "\n"), false, false);
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest message) {
    answering = true;
    boolean isHead = message.method().equals(HttpMethod.HEAD);
    if (!isHead && !message.method().equals(HttpMethod.GET)) {
      refuse(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "GET and HEAD only");
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(message);
    String uri = message.uri();
    int end = uri.indexOf('?');
    pages.open(
        end < 0 ? uri : uri.substring(0, end),
        message.headers().get(HttpHeaderNames.ACCEPT),
        page -> ctx.executor().execute(() -> write(ctx, page, isHead, keepAlive)));
  }

  private void write(ChannelHandlerContext ctx, Page page, boolean isHead, boolean keepAlive) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            page.status(),
            isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(page.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    if (page.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    ChannelFutureListener then =
        written -> {
          if (keepAlive && written.isSuccess()) {
            next(ctx);
          } else {
            ctx.close();
          }
        };
    ctx.writeAndFlush(response).addListener(then);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("admin connection: {}", cause.getMessage());
    } else {
      LOG.error("defect on an admin connection: please report this", cause);
    }
    ctx.close();
  }
}
