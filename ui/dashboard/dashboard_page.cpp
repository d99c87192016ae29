#include "ui/dashboard/dashboard_page.h"

#include "ui/dashboard/bar_list.h"
#include "ui/dashboard/day_chart.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QtConcurrentRun>
#include <QToolButton>

namespace switchyard::ui {

namespace {

constexpr auto pace = std::chrono::seconds(3); // between two counts while things happen
constexpr int twoColumns = 820;

QString saveImage(const QImage& image, const QString& file)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || !image.save(&out, "PNG") || !out.commit())
        return out.errorString();
    return {};
}

QString saveBytes(const QByteArray& bytes, const QString& file)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
        return out.errorString();
    return {};
}

} // namespace

DashboardPage::DashboardPage(client::EngineClient& client, QWidget* parent) : QWidget(parent), m_client(client)
{
    setObjectName(u"dashboardPage"_s);
    setAccessibleName(tr("Dashboard"));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    m_scroll = new QScrollArea(this);
    m_scroll->setObjectName(u"dashboardScroll"_s);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    auto* const inner = new QWidget(m_scroll);
    makeCards(inner);
    m_scroll->setWidget(inner);
    column->addWidget(m_scroll, 1);
    m_delay.setSingleShot(true);
    m_delay.setInterval(pace);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        if (m_stale && isVisible())
            refresh();
    });
    connect(&m_client, &client::EngineClient::stateChanged, this, [this](client::EngineClient::State state) {
        if (state == client::EngineClient::State::Connected && isVisible())
            refresh();
    });
}

QWidget* DashboardPage::makeBar()
{
    auto* const bar = new QWidget(this);
    auto* const row = new QHBoxLayout(bar);
    row->setContentsMargins(16, 10, 12, 8);
    row->setSpacing(8);
    auto* const title = new QLabel(tr("Dashboard"), bar);
    auto big = font();
    big.setPixelSize(17);
    big.setWeight(QFont::DemiBold);
    title->setFont(big);
    const auto box = [&](const QString& name, const QString& accessible) {
        auto* const made = new QComboBox(bar);
        made->setObjectName(name);
        made->setAccessibleName(accessible);
        made->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        made->setMaximumWidth(220);
        return made;
    };
    m_period = box(u"periodBox"_s, tr("Period"));
    m_period->addItem(tr("Today"), 1);
    m_period->addItem(tr("7 days"), 7);
    m_period->addItem(tr("30 days"), 30);
    m_period->addItem(tr("90 days"), 90);
    m_period->addItem(tr("A year"), 365);
    m_period->addItem(tr("All time"), 0);
    m_period->setCurrentIndex(2);
    m_project = box(u"dashboardProjectBox"_s, tr("Project"));
    m_project->addItem(tr("All projects"), QString());
    m_agent = box(u"dashboardAgentBox"_s, tr("Agent"));
    m_agent->addItem(tr("All agents"), QString());
    m_state = new QLabel(bar);
    m_state->setObjectName(u"dashboardState"_s);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setForegroundRole(QPalette::PlaceholderText);
    auto* const csv = new QToolButton(bar);
    csv->setObjectName(u"dashboardCsvButton"_s);
    csv->setText(tr("Save table…"));
    csv->setToolTip(tr("All figures as CSV"));
    auto* const png = new QToolButton(bar);
    png->setObjectName(u"dashboardPngButton"_s);
    png->setText(tr("Save picture…"));
    png->setToolTip(tr("The whole dashboard as PNG"));
    auto* const close = new QToolButton(bar);
    close->setObjectName(u"dashboardCloseButton"_s);
    close->setIcon(icon(u"close"_s));
    close->setToolTip(tr("Back to the tasks (Esc)"));
    close->setAccessibleName(tr("Back to the tasks"));
    for (auto* const button : {csv, png, close})
        button->setAutoRaise(true);
    row->addWidget(title);
    row->addSpacing(8);
    for (auto* const made : {m_period, m_project, m_agent}) {
        row->addWidget(made);
        connect(made, &QComboBox::activated, this, &DashboardPage::refresh);
    }
    row->addWidget(m_state);
    row->addStretch(1);
    row->addWidget(csv);
    row->addWidget(png);
    row->addWidget(close);
    connect(csv, &QToolButton::clicked, this, [this] { askWhereToSave(nullptr, false); });
    connect(png, &QToolButton::clicked, this, [this] { askWhereToSave(nullptr, true); });
    connect(close, &QToolButton::clicked, this, &DashboardPage::closed);
    return bar;
}

QLabel* DashboardPage::makeFigure(QWidget* parent, QLayout* row, const QString& name, const QString& caption,
                                  QLabel** note)
{
    auto* const frame = new QFrame(parent);
    frame->setObjectName(name + u"Tile"_s);
    auto* const column = new QVBoxLayout(frame);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(1);
    auto* const head = new QLabel(caption, frame);
    head->setForegroundRole(QPalette::PlaceholderText);
    auto* const figure = new QLabel(u"–"_s, frame);
    figure->setObjectName(name);
    figure->setTextFormat(Qt::PlainText);
    auto big = font();
    big.setPixelSize(24);
    big.setWeight(QFont::DemiBold);
    figure->setFont(big);
    *note = new QLabel(frame);
    (*note)->setObjectName(name + u"Note"_s);
    (*note)->setTextFormat(Qt::PlainText);
    (*note)->setWordWrap(true);
    (*note)->setForegroundRole(QPalette::PlaceholderText);
    auto small = font();
    small.setPixelSize(11);
    (*note)->setFont(small);
    column->addWidget(head);
    column->addWidget(figure);
    column->addWidget(*note);
    column->addStretch(1);
    row->addWidget(frame);
    return figure;
}

void DashboardPage::makeCards(QWidget* inner)
{
    auto* const column = new QVBoxLayout(inner);
    column->setContentsMargins(16, 4, 16, 16);
    column->setSpacing(12);
    auto* const figures = new QHBoxLayout;
    figures->setSpacing(20);
    m_running = makeFigure(inner, figures, u"runningFigure"_s, tr("Running now"), &m_runningNote);
    m_success = makeFigure(inner, figures, u"successFigure"_s, tr("Success rate"), &m_successNote);
    m_cost = makeFigure(inner, figures, u"costFigure"_s, tr("Cost"), &m_costNote);
    m_today = makeFigure(inner, figures, u"todayFigure"_s, tr("Today"), &m_todayNote);
    m_month = makeFigure(inner, figures, u"monthFigure"_s, tr("This month"), &m_monthNote);
    column->addLayout(figures);
    m_grid = new QGridLayout;
    m_grid->setSpacing(12);
    column->addLayout(m_grid);
    column->addStretch(1);
    m_costs = new DayChart(DayChart::What::Cost, u"costChart"_s, tr("Cost per day"), inner);
    m_runs = new DayChart(DayChart::What::Runs, u"runsChart"_s, tr("How tasks ended, per day"), inner);
    m_tools = new BarList(u"toolsChart"_s, tr("Tools: calls and errors"), false, inner);
    m_errors = new BarList(u"errorsChart"_s, tr("Errors by category"), false, inner);
    m_commands = new BarList(u"commandsChart"_s, tr("Slowest commands"), true, inner);
    m_files = new BarList(u"filesChart"_s, tr("Files most touched"), true, inner);
    m_agents = new BarList(u"agentsChart"_s, tr("Agents"), false, inner);
    m_projects = new BarList(u"projectsChart"_s, tr("Projects"), false, inner);
    m_cards = {m_costs, m_runs, m_tools, m_errors, m_commands, m_files, m_agents, m_projects};
    for (auto* const card : m_cards)
        connect(card, &ChartCard::saveWanted, this, [this, card](bool asPicture) { askWhereToSave(card, asPicture); });
    for (auto* const list : {m_errors, m_commands})
        connect(list, &BarList::taskWanted, this, [this](const QString& text) {
            if (const auto id = TaskId::parse(text))
                Q_EMIT taskWanted(*id);
        });
    arrange();
}

void DashboardPage::arrange()
{
    const int columns = width() >= twoColumns ? 2 : 1;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards.at(i), i / columns, i % columns);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, columns - 1);
}

void DashboardPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void DashboardPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void DashboardPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

void DashboardPage::setStale()
{
    m_stale = true;
    if (isVisible() && !m_delay.isActive())
        m_delay.start();
}

StatisticsQuery DashboardPage::query() const
{
    StatisticsQuery query;
    if (const int days = m_period->currentData().toInt(); days > 0)
        query.from = fromMilliseconds(QDate::currentDate().addDays(1 - days).startOfDay().toMSecsSinceEpoch());
    query.project = m_project->currentData().toString();
    query.agent = m_agent->currentData().toString();
    return query;
}

void DashboardPage::refresh()
{
    m_stale = false;
    if (!m_loaded)
        m_state->setText(tr("Counting…"));
    QCoro::connect(m_client.statistics(query()), this, [this, request = ++m_request](const Result<Statistics>& stats) {
        if (request != m_request)
            return; // asked again since
        if (!stats) {
            m_state->setText(tr("The figures could not be read: %1").arg(stats.error().message));
            return;
        }
        m_state->clear();
        display(*stats);
    });
}

void DashboardPage::fillChoices(QComboBox* box, const QStringList& values, const QString& all)
{
    const auto chosen = box->currentData().toString();
    QStringList known;
    for (int i = 1; i < box->count(); ++i)
        known << box->itemData(i).toString();
    if (known == values)
        return;
    box->clear();
    box->addItem(all, QString());
    for (const auto& value : values)
        box->addItem(value == u"shell"     ? tr("Shell commands")
                     : value == u"builtin" ? tr("Built-in")
                                           : value.section(u'/', -1),
                     value);
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
}

void DashboardPage::display(const Statistics& stats)
{
    m_loaded = true;
    fillChoices(m_project, stats.allProjects, tr("All projects"));
    fillChoices(m_agent, stats.allAgents, tr("All agents"));
    if (stats == m_stats)
        return;
    m_stats = stats;
    showFigures();
    showBars();
}

QList<QStringList> DashboardPage::allRows() const
{
    QList<QStringList> rows{{tr("Figure"), tr("Value")},
                            {m_running->objectName(), QString::number(m_stats.runningNow)},
                            {m_success->objectName(), QString::number(m_stats.runs.successRate(), 'f', 4)},
                            {m_cost->objectName(), QString::number(m_stats.cost, 'f', 4)},
                            {m_today->objectName(), QString::number(m_stats.costToday, 'f', 4)},
                            {m_month->objectName(), QString::number(m_stats.costThisMonth, 'f', 4)},
                            {u"monthProjection"_s, QString::number(m_stats.monthProjection, 'f', 4)}};
    for (const auto* const card : m_cards)
        rows << QStringList{} << QStringList{card->title()} << card->rows();
    return rows;
}

void DashboardPage::askWhereToSave(ChartCard* card, bool asPicture)
{
    auto* const dialog = new QFileDialog(this, asPicture ? tr("Save as picture") : tr("Save as table"));
    dialog->setObjectName(u"saveChartDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(asPicture ? u"png"_s : u"csv"_s);
    dialog->setNameFilter(asPicture ? tr("Pictures (*.png)") : tr("Tables (*.csv)"));
    const auto name = card ? card->objectName() : u"dashboard"_s;
    dialog->selectFile(u"switchyard-%1-%2.%3"_s.arg(name, QDate::currentDate().toString(Qt::ISODate),
                                                    asPicture ? u"png"_s : u"csv"_s));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, card, asPicture](const QString& file) { save(card, asPicture, file); });
    dialog->open();
}

void DashboardPage::save(ChartCard* card, bool asPicture, const QString& file)
{
    QFuture<QString> saved;
    if (asPicture) {
        auto image = card ? card->picture() : QImage();
        if (!card) {
            auto* const all = m_scroll->widget();
            image = QImage(all->size() * 2, QImage::Format_RGB32);
            image.setDevicePixelRatio(2);
            image.fill(palette().color(QPalette::Window));
            all->render(&image);
        }
        saved = QtConcurrent::run(&saveImage, image, file);
    } else {
        saved = QtConcurrent::run(&saveBytes, csvOf(card ? card->rows() : allRows()), file);
    }
    saved.then(this, [this, file](const QString& error) {
        if (error.isEmpty())
            Q_EMIT said(tr("Saved as %1").arg(QDir::toNativeSeparators(file)));
        else
            Q_EMIT failed({ErrorCode::Io, tr("%1 cannot be written: %2").arg(file, error), {}});
    });
}

} // namespace switchyard::ui
