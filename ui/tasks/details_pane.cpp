#include "ui/tasks/details_pane.h"

#include "ui/tasks/sparkline.h"
#include "ui/tasks/task_face.h"

#include <QBoxLayout>
#include <QDir>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>

namespace switchyard::ui {

namespace {
constexpr int shownFiles = 14;

QString when(UtcTime time)
{
    if (time <= UtcTime{})
        return {};
    const auto local = QDateTime::fromMSecsSinceEpoch(toMilliseconds(time));
    const QLocale locale;
    return local.date() == QDate::currentDate() ? locale.toString(local.time(), QLocale::ShortFormat)
                                                : locale.toString(local, QLocale::ShortFormat);
}

QString tidyPath(const QString& path)
{
    const auto home = QDir::homePath();
    return path.startsWith(home + u'/') ? u"~"_s + path.mid(home.size()) : path;
}
} // namespace

DetailsPane::DetailsPane(QWidget* parent) : QScrollArea(parent)
{
    setObjectName(u"detailsPane"_s);
    setAccessibleName(tr("Details"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(200);
    auto* const inner = new QWidget(this);
    auto* const column = new QVBoxLayout(inner);
    column->setContentsMargins(14, 6, 12, 12);
    column->setSpacing(10);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    m_form = new QFormLayout;
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(12);
    m_form->setVerticalSpacing(7);
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_form->setFormAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    column->addLayout(m_form);
    m_meters = new QWidget(inner);
    m_meters->setObjectName(u"meters"_s);
    auto* const meters = new QVBoxLayout(m_meters);
    meters->setContentsMargins(0, 2, 0, 0);
    meters->setSpacing(6);
    meters->addWidget(addMeter(tr("CPU"), m_cpuLine, m_cpu));
    meters->addWidget(addMeter(tr("Memory"), m_memoryLine, m_memory));
    m_cpu->setObjectName(u"cpuFigure"_s);
    m_memory->setObjectName(u"memoryFigure"_s);
    m_meters->hide();
    column->addWidget(m_meters);
    m_filesTitle = new QLabel(tr("Files touched"), inner);
    m_filesTitle->setFont(strong);
    m_files = new QLabel(inner);
    m_files->setObjectName(u"filesTouched"_s);
    m_files->setTextFormat(Qt::PlainText);
    m_files->setWordWrap(true);
    m_files->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addSpacing(4);
    column->addWidget(m_filesTitle);
    column->addWidget(m_files);
    column->addStretch(1);
    setWidget(inner);
    setFiles({});
}

void DetailsPane::put(const QString& name, const QString& value, bool code)
{
    auto* label = m_values.value(name);
    if (!label) {
        if (value.isEmpty())
            return;
        auto* const caption = new QLabel(name, widget());
        caption->setForegroundRole(QPalette::PlaceholderText);
        label = new QLabel(widget());
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (code) {
            auto mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            mono.setPixelSize(std::max(10, fontInfo().pixelSize() - 1));
            label->setFont(mono);
        }
        m_form->addRow(caption, label);
        m_values.insert(name, label);
    }
    if (label->text() == value)
        return;
    // Long paths may break after a slash.
    label->setText(code ? QString(value).replace(u'/', u"/\u200b"_s) : value);
    m_form->setRowVisible(label, !value.isEmpty());
}

//! A line of name, curve and figure.
QWidget* DetailsPane::addMeter(const QString& name, Sparkline*& line, QLabel*& value)
{
    auto* const row = new QWidget(this);
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* const caption = new QLabel(name, row);
    caption->setForegroundRole(QPalette::PlaceholderText);
    caption->setMinimumWidth(caption->fontMetrics().horizontalAdvance(tr("Memory")));
    line = new Sparkline(row);
    value = new QLabel(row);
    value->setTextFormat(Qt::PlainText);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setMinimumWidth(value->fontMetrics().horizontalAdvance(u"0000 MiB"_s)); // one curve as wide as the other
    layout->addWidget(caption);
    layout->addWidget(line, 1);
    layout->addWidget(value);
    return row;
}

void DetailsPane::setMeters(const MeterHistory& meters)
{
    m_meters->setVisible(!meters.isEmpty());
    if (meters.isEmpty())
        return;
    m_memoryLine->parentWidget()->setVisible(meters.peakMemory() > 0); // it may have ended before it was measured
    constexpr double mib = 1 << 20;
    QList<QPointF> cpu, memory;
    for (const auto& point : meters.points()) {
        const auto x = double(toMilliseconds(point.time));
        cpu << QPointF(x, point.cpu);
        memory << QPointF(x, double(point.memory) / mib);
    }
    m_cpuLine->setPoints(cpu, 1);
    m_memoryLine->setPoints(memory, 64);
    const QLocale locale;
    const auto& now = meters.points().last();
    const auto time = TaskText::span(meters.cpuTime());
    m_cpu->setText(meters.isFinal() ? time : tr("%1 %").arg(locale.toString(qRound(now.cpu * 100))));
    m_memory->setText(locale.formattedDataSize(meters.isFinal() ? meters.peakMemory() : now.memory, 0));
    auto inAll = tr("%1 in all", "time of a processor").arg(time);
    if (!meters.isFinal())
        inAll += u", "_s + tr("%n process(es)", nullptr, meters.processes());
    m_cpu->setToolTip(inAll);
    m_memory->setToolTip(tr("at most %1").arg(locale.formattedDataSize(meters.peakMemory(), 0)));
    m_cpuLine->setToolTip(m_cpu->toolTip());
    m_memoryLine->setToolTip(m_memory->toolTip());
}

void DetailsPane::setEvidence(const QString& text)
{
    put(tr("Signs of life"), text);
}

void DetailsPane::setTask(const Task& task)
{
    m_task = task;
    const bool agent = task.spec.kind == TaskKind::Agent;
    put(tr("Project"), QDir(task.spec.project).dirName());
    put(tr("Folder"), tidyPath(task.worktree.isEmpty() ? task.spec.project : task.worktree), true);
    put(tr("Branch"), task.branch, true);
    put(tr("From"), task.baseBranch.isEmpty() ? task.spec.baseBranch : task.baseBranch, true);
    put(tr("Agent"), !agent                          ? tr("%1 command", "a shell").arg(task.spec.shell)
                     : task.spec.agent == u"builtin" ? tr("Built-in")
                                                     : task.spec.agent);
    put(tr("Model"),
        agent ? (task.usage.model.isEmpty() ? task.spec.model.section(u'/', -1) : task.usage.model) : QString());
    put(tr("Tokens"),
        task.usage.inputTokens + task.usage.outputTokens > 0
            ? tr("%1 in, %2 out")
                  .arg(TaskText::tokens(task.usage.inputTokens), TaskText::tokens(task.usage.outputTokens))
            : QString());
    put(tr("Sandbox"), TaskText::sandboxDetails(task));
    put(tr("Priority"), TaskText::priority(task.spec.priority));
    put(tr("Attempt"), task.attempt > 1 ? QLocale().toString(task.attempt) : QString());
    QStringList after;
    for (const auto& id : task.spec.after)
        after << id.toString();
    put(tr("After"), after.join(u", "_s), true);
    put(tr("Created"), when(task.created));
    put(tr("Started"), when(task.started));
    put(tr("Ended"), when(task.finished));
}

void DetailsPane::setFiles(const QStringList& files)
{
    m_filesTitle->setVisible(!files.isEmpty());
    m_files->setVisible(!files.isEmpty());
    QStringList lines;
    for (const auto& file : files.mid(0, shownFiles))
        lines << QString(file).replace(u'/', u"/\u200b"_s);
    if (files.size() > shownFiles)
        lines << tr("… and %n more", "files", int(files.size()) - shownFiles);
    m_files->setText(lines.join(u'\n'));
}

} // namespace switchyard::ui
