package dev.namewell.server.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One reading of {@code /metrics}.
 *
 * @param samples lines without comments: a name, labels in braces, a value
 */
public record Metrics(List<String> samples) {
  private static final int TIMEOUT_MILLIS = 30_000;

  /** Reads them from a server at a loopback port. */
  public static Metrics read(int httpPort) throws IOException {
    HttpURLConnection connection = open(httpPort, "/metrics");
    try (var body = connection.getInputStream()) {
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      List<String> samples = new ArrayList<>();
      text.lines().filter(line -> !line.startsWith("#")).forEach(samples::add);
      return new Metrics(samples);
    }
  }

  /** The HTTP status of a page of a server at a loopback port. */
  public static int status(int httpPort, String path) throws IOException {
    HttpURLConnection connection = open(httpPort, path);
    int status = connection.getResponseCode();
    connection.disconnect();
    return status;
  }

  private static HttpURLConnection open(int httpPort, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + httpPort + path).toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }

  /**
   * The sum of all samples of a name.
   *
   * @param labels such as {@code reason="runt"}, all of which a sample must have
   */
  public long sum(String name, String... labels) {
    double sum = 0;
    for (String sample : samples) {
      int end = sample.indexOf('{') < 0 ? sample.indexOf(' ') : sample.indexOf('{');
      if (sample.substring(0, end).equals(name) && hasAll(sample, labels)) {
        sum += Double.parseDouble(sample.substring(sample.lastIndexOf(' ') + 1));
      }
    }
    return Math.round(sum);
  }

  private static boolean hasAll(String sample, String[] labels) {
    for (String label : labels) {
      if (!sample.contains("{" + label) && !sample.contains("," + label)) {
        return false;
      }
    }
    return true;
  }

  /** Queries over a transport, {@code udp} or {@code tcp}, for which a reply was made. */
  public long answered(String transport) {
    return sum("namewell_queries_total", "transport=\"" + transport + "\"");
  }

  /** Queries over a transport that were met with silence on purpose. */
  public long ignored(String transport) {
    long sum = 0;
    for (String reason : List.of("runt", "response", "not-allowed", "overloaded")) {
      sum += dropped(transport, reason);
    }
    return sum;
  }

  /** Replies that were made and could not be sent. */
  public long unsent(String transport) {
    return dropped(transport, "send-failed") + dropped(transport, "client-gone");
  }

  private long dropped(String transport, String reason) {
    return sum(
        "namewell_queries_dropped_total",
        String.format(Locale.ROOT, "reason=\"%s\"", reason),
        String.format(Locale.ROOT, "transport=\"%s\"", transport));
  }
}
