package dev.namewell.server.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is behind each path. Thread-safe. */
final class AdminPages {
  private static final Logger LOG = LoggerFactory.getLogger(AdminPages.class);
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String INDEX =
      """
      Namewell
      /metrics       for Prometheus
      /health/live   200 while the program runs
      /health/ready  200 while queries should be sent here, else 503 with the reason
      """;

  /** Octets set aside for a page of metrics at first. */
  private static final int METRICS_SIZE = 1 << 15;

  private final Scrape scrape;
  private final Supplier<Readiness> readiness;
  private final ReentrantLock oneScrape = new ReentrantLock();

  AdminPages(Scrape scrape, Supplier<Readiness> readiness) {
    this.scrape = scrape;
    this.readiness = readiness;
  }

  /** A whole response. */
  record Page(HttpResponseStatus status, String contentType, byte[] body) {
    static Page text(HttpResponseStatus status, String text) {
      return new Page(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Makes the page at once, or later on another thread.
   *
   * @param path without the query part
   * @param ready called once, on any thread
   */
  void open(String path, @Nullable String accept, Consumer<Page> ready) {
    switch (path) {
      case "/" -> ready.accept(Page.text(HttpResponseStatus.OK, INDEX));
      case "/health/live" -> ready.accept(Page.text(HttpResponseStatus.OK, "live\n"));
      case "/health/ready" -> ready.accept(readiness());
      case "/metrics" ->
          Thread.ofVirtual().name("scrape").start(() -> ready.accept(metrics(accept)));
      default ->
          ready.accept(
              Page.text(HttpResponseStatus.NOT_FOUND, "nothing here; see / for what there is\n"));
    }
  }

  private Page readiness() {
    Readiness now = readiness.get();
    return Page.text(
        now.ready() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
        now.reason() + "\n");
  }

  private Page metrics(@Nullable String accept) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(METRICS_SIZE);
    oneScrape.lock();
    try {
      String contentType = scrape.write(accept, body);
      return new Page(HttpResponseStatus.OK, contentType, body.toByteArray());
    } catch (IOException | RuntimeException | LinkageError defect) {
      LOG.error("cannot write the metrics", defect);
      return Page.text(
          HttpResponseStatus.INTERNAL_SERVER_ERROR, "cannot write the metrics; see the log\n");
    } finally {
      oneScrape.unlock();
    }
  }
}
