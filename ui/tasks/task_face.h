#pragma once

#include "model/task.h"
#include "ui/theme/colors.h"

#include <QCoreApplication>
#include <QRectF>

class QPainter;

namespace switchyard::ui {

//! What a task asks of the user: the groups of the list, in their order.
enum class Group { NeedsYou, Running, Queued, Review, Done, Archived };
constexpr int groupCount = 6;

//! The drawn sign of a state. Each differs from the others without colour.
enum class Shape { Warning, Question, Running, Paused, Queued, Review, Done, Failed, Cancelled, TimedOut };

//! How a task's state looks and is called, everywhere the same: list, page, palette, tray.
struct Face {
    Shape shape = Shape::Queued;
    Tone tone = Tone::Muted;
    QString word;
};

class TaskText
{
    Q_DECLARE_TR_FUNCTIONS(TaskText)
public:
    static Face face(const Task& task);
    static Group group(const Task& task);
    static QString groupTitle(Group group);
    static QString phase(TaskPhase phase);
    static QString priority(Priority priority);
    //! What keeps its programs in, in a word or two; empty: not known yet, or a plain command that needs none.
    static QString sandbox(const Task& task);
    static QString sandboxDetails(const Task& task); //!< the same in sentences
    //! The newest line that matters: the command that waits, what it does now, why it waits or how it ended.
    static QString newest(const Task& task);
    //! Counted run time now: what the runner told, plus what has passed since while it runs.
    static milliseconds elapsed(const Task& task, UtcTime now);
    static QString span(milliseconds time); //!< "0.8 s", "01:30"
    static QString cost(double dollars);
    static QString tokens(qint64 count); //!< "61k", "1.2M"
    //! Whole state in one sentence, for screen readers.
    static QString spoken(const Task& task);
};

void paintShape(QPainter& painter, const QRectF& rect, Shape shape, const QColor& color);

} // namespace switchyard::ui
