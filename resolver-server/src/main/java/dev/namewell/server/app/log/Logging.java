package dev.namewell.server.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.namewell.core.settings.LogSettings;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Logback set up in code: our own loggers at the level wished, all others at WARN. */
public final class Logging {
  private static final String OURS = "dev.namewell";
  private static final LogSettings BEFORE_SETTINGS =
      new LogSettings(LogSettings.Level.WARN, LogSettings.Format.TEXT, false);

  private Logging() {}

  /** Takes effect at once; may be called again for a reload. */
  public static void configure(LogSettings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      configure(context, settings);
    }
  }

  static void quiet(LoggerContext context) {
    configure(context, BEFORE_SETTINGS);
  }

  private static void configure(LoggerContext context, LogSettings settings) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    context.getLogger(OURS).setLevel(level(settings.level()));
    Appender<ILoggingEvent> appender = appender(context, settings.format());
    List<Appender<ILoggingEvent>> earlier = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(earlier::add);
    root.addAppender(appender);
    for (Appender<ILoggingEvent> old : earlier) {
      root.detachAppender(old);
      old.stop();
    }
  }

  private static Appender<ILoggingEvent> appender(
      LoggerContext context, LogSettings.Format format) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName(format.name());
    appender.setEncoder(
        encoder(
            context,
            switch (format) {
              case TEXT -> new TextLine();
              case JSON -> new JsonLine();
            }));
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggerContext context, LayoutBase<ILoggingEvent> layout) {
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  private static Level level(LogSettings.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }
}
