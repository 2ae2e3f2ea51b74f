package dev.namewell.core.sim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Records in master form (RFC 1035 §5), of any number of zones: all a server knows. */
public final class SimulatedZone {
  private static final int MAX_ALIASES = 20;

  private Map<Name, List<Record>> records = new TreeMap<>();

  public SimulatedZone(String text) {
    load(text);
  }

  /** Replaces everything, as a reload does. */
  public void load(String text) {
    Map<Name, List<Record>> loaded = new TreeMap<>();
    try (Master master =
        new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Name.root)) {
      for (Record record = master.nextRecord(); record != null; record = master.nextRecord()) {
        loaded.computeIfAbsent(record.getName(), name -> new ArrayList<>()).add(record);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    records = loaded;
  }

  /**
   * What is known about a question.
   *
   * @param nameExists false: NXDOMAIN for the last name of the chain
   * @param answers aliases, then what was asked for
   */
  record Found(boolean nameExists, List<Record> answers, @Nullable Record soa) {
    boolean isNegative(int type) {
      return answers.stream().noneMatch(r -> r.getType() == type || type == Type.ANY);
    }
  }

  Found find(Name name, int type, boolean followAliases) {
    List<Record> answers = new ArrayList<>();
    Name current = name;
    for (int i = 0; i < MAX_ALIASES; i++) {
      List<Record> here = records.getOrDefault(current, List.of());
      CNAMERecord alias = null;
      for (Record record : here) {
        if (record.getType() == type || type == Type.ANY) {
          answers.add(record);
        } else if (record instanceof CNAMERecord cname) {
          alias = cname;
        }
      }
      if (alias == null || type == Type.CNAME) {
        return new Found(exists(current), answers, soa(current));
      }
      answers.add(alias);
      if (!followAliases) {
        return new Found(true, answers, null);
      }
      current = alias.getTarget();
    }
    return new Found(true, answers, null);
  }

  /** A name exists with its records, and as an empty non-terminal (RFC 8020). */
  private boolean exists(Name name) {
    return records.keySet().stream().anyMatch(known -> known.subdomain(name));
  }

  private @Nullable Record soa(Name name) {
    for (int labels = 0; labels <= name.labels(); labels++) {
      Name zone = labels == name.labels() ? Name.root : new Name(name, labels);
      for (Record record : records.getOrDefault(zone, List.of())) {
        if (record.getType() == Type.SOA) {
          return record;
        }
      }
    }
    return null;
  }
}
