package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {
  private static final String BEGIN =
      """
      # Metrics

      `http` serves them at `/metrics`, as Prometheus text or OpenMetrics. This table is made from the enum `Metric`;
      a test keeps it so (`-Dmetrics.write=true` writes it anew). Histograms add `_bucket`, `_sum` and `_count`.
      Beside these stand the metrics of the Java machine, `jvm_*`, `process_*` and `system_*`, as Micrometer names them.

      Series are there from the start, with 0, so that an alert sees the first time. Not before they happen: replies of other
      types than A or with an uncommon rcode in `namewell_queries_total`, and limits that are no key of the configuration.

      | name | kind | unit | labels | meaning |
      |---|---|---|---|---|
      """;

  private static String table() {
    StringBuilder text = new StringBuilder(BEGIN);
    for (Metric metric : Metric.values()) {
      text.append("| `").append(metric.scrapedName());
      text.append("` | ").append(metric.kind().name().toLowerCase(Locale.ROOT));
      text.append(" | ").append(metric.unit());
      text.append(" | ").append(String.join(", ", metric.labels()));
      text.append(" | ").append(metric.help()).append(" |\n");
    }
    return text.toString();
  }

  @Test
  void theDocumentIsTheTableOfTheCode() throws IOException {
    Path document = Path.of("..", "docs", "metrics.md");
    if (Boolean.getBoolean("metrics.write")) {
      Files.writeString(document, table());
    }
    assertThat(document).hasContent(table());
  }
}
