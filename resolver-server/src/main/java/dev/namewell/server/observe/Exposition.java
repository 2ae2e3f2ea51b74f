package dev.namewell.server.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The metrics as text for Prometheus. The registry behind it takes a tenth of a second to load, so
 * it is made at the first scrape. Thread-safe; one scrape at a time.
 */
public final class Exposition implements AutoCloseable {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final MetricsRecorder recorder;
  private final String version;
  private @Nullable PrometheusMeterRegistry registry;
  private @Nullable JvmGcMetrics collections;

  /**
   * @param version of this program
   */
  public Exposition(MetricsRecorder recorder, String version) {
    this.recorder = recorder;
    this.version = version;
  }

  /**
   * Writes all metrics. Blocks: not for event loops.
   *
   * @param accept the Accept header field; OpenMetrics is written where it is named, else the
   *     Prometheus text format
   * @return the content type of what was written
   */
  public synchronized String write(@Nullable String accept, OutputStream out) throws IOException {
    boolean open =
        accept != null && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
    String contentType = open ? OPEN_METRICS : PROMETHEUS;
    registry().scrape(out, contentType);
    return contentType;
  }

  private PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry known = registry;
    if (known == null) {
      known = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      bind(known);
      registry = known;
    }
    return known;
  }

  private void bind(PrometheusMeterRegistry to) {
    to.throwExceptionOnRegistrationFailure();
    for (Metric metric : Metric.values()) {
      if (metric.labels().isEmpty()) {
        bind(metric, to);
      }
    }
    to.getPrometheusRegistry().register(new LabelledMetrics(recorder, version));
    collections = new JvmGcMetrics();
    collections.bindTo(to);
    new JvmMemoryMetrics().bindTo(to);
    new JvmThreadMetrics().bindTo(to);
    new ProcessorMetrics().bindTo(to);
    new FileDescriptorMetrics().bindTo(to);
    new UptimeMetrics().bindTo(to);
  }

  /** The registry refers weakly to what it reads: the field of this object keeps it. */
  private void bind(Metric metric, PrometheusMeterRegistry to) {
    switch (metric.kind()) {
      case COUNTER ->
          FunctionCounter.builder(metric.familyName(), recorder, r -> r.value(metric))
              .description(metric.help())
              .register(to);
      case GAUGE ->
          Gauge.builder(metric.familyName(), recorder, r -> r.value(metric))
              .description(metric.help())
              .strongReference(true)
              .register(to);
      case HISTOGRAM, INFO -> throw new IllegalStateException(metric + " has labels");
    }
  }

  @Override
  public synchronized void close() {
    if (collections != null) {
      collections.close();
    }
    if (registry != null) {
      registry.close();
    }
  }
}
