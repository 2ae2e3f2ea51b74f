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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: reads one message, answers it, reads the next. From the moment it waits for a
 * message until the response is with the kernel ten seconds may pass, so that neither trickled
 * headers nor a client that reads nothing keep a connection.
 */
final class AdminExchange extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(AdminExchange.class);
  private static final long LIMIT_SECONDS = 10;

  private final AdminPages pages;
  private @Nullable HttpRequest asked;
  private @Nullable Future<?> limit;

  AdminExchange(AdminPages pages) {
    this.pages = pages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    next(ctx);
  }

  private void next(ChannelHandlerContext ctx) {
    stopClock();
    limit = ctx.executor().schedule(() -> ctx.close(), LIMIT_SECONDS, TimeUnit.SECONDS);
    ctx.read();
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

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      refuse(ctx, malformed(part.decoderResult().cause()), "malformed");
      return;
    }
    if (part instanceof HttpRequest head) {
      asked = head;
    }
    HttpRequest head = asked;
    if (head == null) {
      return;
    }
    if (HttpUtil.getContentLength(head, 0L) != 0 || HttpUtil.isTransferEncodingChunked(head)) {
      refuse(ctx, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "no content is taken here");
    } else if (part instanceof LastHttpContent) {
      asked = null;
      answer(ctx, head);
    } else {
      ctx.read();
    }
  }

  private static HttpResponseStatus malformed(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
      default -> HttpResponseStatus.BAD_REQUEST;
    };
  }

  /** Answers and closes: what follows on the connection could not be trusted. */
  private void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String why) {
    asked = null;
    write(ctx, Page.text(status, why + "\n"), false, false);
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest head) {
    boolean isHead = head.method().equals(HttpMethod.HEAD);
    if (!isHead && !head.method().equals(HttpMethod.GET)) {
      refuse(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "GET and HEAD only");
      return;
    }
    boolean keepAlive = HttpUtil.isKeepAlive(head);
    String uri = head.uri();
    int end = uri.indexOf('?');
    pages.open(
        end < 0 ? uri : uri.substring(0, end),
        head.headers().get(HttpHeaderNames.ACCEPT),
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
