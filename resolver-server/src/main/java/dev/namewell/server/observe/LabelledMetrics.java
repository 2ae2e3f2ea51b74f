package dev.namewell.server.observe;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.DropReason;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.port.Events.UpstreamState;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The metrics with labels, made from the recorder's counts at each scrape. */
final class LabelledMetrics implements MultiCollector {
  private final MetricsRecorder recorder;
  private final String version;

  LabelledMetrics(MetricsRecorder recorder, String version) {
    this.recorder = recorder;
    this.version = version;
  }

  @Override
  public MetricSnapshots collect() {
    long[] sums = recorder.sums();
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(counter(Metric.QUERIES, queries(sums)));
    all.add(histogram(Metric.QUERY_DURATION, durations(sums)));
    all.add(counter(Metric.QUERIES_DROPPED, drops(sums)));
    all.add(counter(Metric.LIMITS_REACHED, points(Metric.LIMITS_REACHED, recorder.limits())));
    all.add(counter(Metric.BOGUS, points(Metric.BOGUS, recorder.bogus())));
    all.add(counter(Metric.DEFECTS, points(Metric.DEFECTS, recorder.defects())));
    all.add(counter(Metric.CONFIG_RELOADS, points(Metric.CONFIG_RELOADS, recorder.reloads())));
    all.add(counter(Metric.UPSTREAM_EXCHANGES, exchanges()));
    all.add(histogram(Metric.UPSTREAM_DURATION, roundTrips()));
    all.add(states());
    all.add(build());
    return new MetricSnapshots(all);
  }

  private static List<CounterDataPointSnapshot> queries(long[] sums) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    for (int number = 0; number < AnswerLabels.COUNT; number++) {
      long count = sums[EventCounts.ANSWERS + number];
      if (count > 0 || AnswerLabels.isUsual(number)) {
        points.add(point(Metric.QUERIES, count, AnswerLabels.values(number)));
      }
    }
    return points;
  }

  private static List<HistogramDataPointSnapshot> durations(long[] sums) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (Source source : Source.values()) {
      int first = EventCounts.latency(source, 0);
      long[] counts = Arrays.copyOfRange(sums, first, first + LatencyBuckets.COUNT);
      Labels labels = labels(Metric.QUERY_DURATION, List.of(AnswerLabels.text(source)));
      points.add(distribution(counts, sums[EventCounts.latencySum(source)], labels));
    }
    return points;
  }

  private static List<CounterDataPointSnapshot> drops(long[] sums) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    for (DropReason reason : DropReason.values()) {
      for (Transport transport : Transport.values()) {
        long count = sums[EventCounts.drop(reason, transport)];
        List<String> labels = List.of(AnswerLabels.text(reason), AnswerLabels.text(transport));
        points.add(point(Metric.QUERIES_DROPPED, count, labels));
      }
    }
    return points;
  }

  private List<CounterDataPointSnapshot> exchanges() {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    recorder
        .upstreams()
        .forEach(
            (upstream, counts) -> {
              for (Transport transport : Transport.values()) {
                for (ExchangeEnd end : ExchangeEnd.values()) {
                  List<String> labels =
                      List.of(upstream, AnswerLabels.text(transport), AnswerLabels.text(end));
                  long count = counts.count(transport, end);
                  points.add(point(Metric.UPSTREAM_EXCHANGES, count, labels));
                }
              }
            });
    return points;
  }

  private List<HistogramDataPointSnapshot> roundTrips() {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    recorder
        .upstreams()
        .forEach(
            (upstream, counts) -> {
              Labels labels = labels(Metric.UPSTREAM_DURATION, List.of(upstream));
              points.add(distribution(counts.latency(), counts.latencySumNanos(), labels));
            });
    return points;
  }

  private GaugeSnapshot states() {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder();
    gauge.name(Metric.UPSTREAM_STATE.familyName()).help(Metric.UPSTREAM_STATE.help());
    recorder
        .upstreams()
        .forEach(
            (upstream, counts) -> {
              for (UpstreamState state : UpstreamState.values()) {
                gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .value(counts.state() == state ? 1 : 0)
                        .labels(
                            labels(
                                Metric.UPSTREAM_STATE, List.of(upstream, AnswerLabels.text(state))))
                        .build());
              }
            });
    return gauge.build();
  }

  private InfoSnapshot build() {
    return InfoSnapshot.builder()
        .name(Metric.BUILD.familyName())
        .help(Metric.BUILD.help())
        .dataPoint(
            InfoSnapshot.InfoDataPointSnapshot.builder()
                .labels(labels(Metric.BUILD, List.of(version, Runtime.version().toString())))
                .build())
        .build();
  }

  private static CounterSnapshot counter(Metric metric, List<CounterDataPointSnapshot> points) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder();
    counter.name(metric.familyName()).help(metric.help());
    points.forEach(counter::dataPoint);
    return counter.build();
  }

  private static HistogramSnapshot histogram(
      Metric metric, List<HistogramDataPointSnapshot> points) {
    HistogramSnapshot.Builder histogram = HistogramSnapshot.builder();
    histogram.name(metric.familyName()).help(metric.help());
    points.forEach(histogram::dataPoint);
    return histogram.build();
  }

  private static List<CounterDataPointSnapshot> points(
      Metric metric, Map<String, LongAdder> counts) {
    return counts.entrySet().stream()
        .map(entry -> point(metric, entry.getValue().sum(), List.of(entry.getKey())))
        .toList();
  }

  private static CounterDataPointSnapshot point(Metric metric, long count, List<String> values) {
    return CounterDataPointSnapshot.builder()
        .value((double) count)
        .labels(labels(metric, values))
        .build();
  }

  private static HistogramDataPointSnapshot distribution(
      long[] counts, long sumNanos, Labels labels) {
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(LatencyBuckets.upperBoundsSeconds(), counts))
        .sum(LatencyBuckets.seconds(sumNanos))
        .labels(labels)
        .build();
  }

  private static Labels labels(Metric metric, List<String> values) {
    return Labels.of(metric.labels(), values);
  }
}
