// Caret and selection of the canvas of a log: copying, and what a screen reader is told.

#include "ui/log/log_canvas.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

namespace switchyard::ui {

namespace {
constexpr qsizetype mostFilteredCopied = 5000; //!< lines, laid out one by one
} // namespace

std::pair<LogPosition, LogPosition> LogCanvas::selection() const
{
    return std::minmax(m_anchor, m_caret);
}

void LogCanvas::selectAll()
{
    if (!source() || source()->end() == 0)
        return;
    const qint64 last = source()->lineStart(source()->end() - 1);
    stopFollowing();
    setCaret({source()->lineStart(0), 0}, false);
    setCaret({last, line(last)->length}, true);
}

void LogCanvas::copySelection(bool withTimes)
{
    if (!hasSelection() || !m_document.file())
        return;
    if (m_stopCopying)
        *m_stopCopying = true;
    m_stopCopying = std::make_shared<std::atomic<bool>>(false);
    const auto [from, to] = selection();
    const auto times = withTimes ? m_document.times() : QList<process::TimeRecord>();
    if (m_source) { // of a filter, only its own lines
        QStringList texts;
        for (qint64 at = from.line; at >= 0 && at <= to.line && texts.size() < mostFilteredCopied;
             at = m_source->next(at)) {
            auto text = line(at)->text();
            if (at == to.line)
                text.truncate(to.column);
            if (at == from.line)
                text.remove(0, from.column);
            const auto time = timeIn(times, at);
            texts << (time ? timeText(*time) + u"  "_s + text : text);
        }
        QGuiApplication::clipboard()->setText(texts.join(u'\n'));
        return Q_EMIT copied(texts.size() < mostFilteredCopied);
    }
    const auto done = [this](const QString& text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT copied(text.size() < mostCopied / 2);
    };
    if (to.line - from.line < 1 << 20)
        return done(textBetween(*m_document.file(), from, to, *m_stopCopying, times));
    m_copying.start([this, done, from, to, times, file = m_document.file(), stop = m_stopCopying] {
        auto text = textBetween(*file, from, to, *stop, times);
        QMetaObject::invokeMethod(this, [done, stop, text = std::move(text)] {
            if (!*stop)
                done(text);
        });
    });
}

QString LogCanvas::visibleText() const
{
    QStringList lines;
    for (const auto& shown : m_page)
        lines << shown.line->text();
    return lines.join(u'\n');
}

int LogCanvas::visibleCaret() const
{
    int before = 0;
    for (const auto& shown : m_page) {
        if (shown.line->start == m_caret.line)
            return before + std::min(m_caret.column, shown.line->length);
        before += shown.line->length + 1;
    }
    return 0;
}

void LogCanvas::setCaret(LogPosition position, bool select)
{
    if (!select)
        m_anchor = position;
    else if (!m_anchor.isValid())
        m_anchor = m_caret.isValid() ? m_caret : position;
    m_caret = position;
    viewport()->update();
    Q_EMIT caretMoved();
}

} // namespace switchyard::ui
