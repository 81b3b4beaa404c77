<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories" labelsEnabled="1">
 <renderer-v2 type="categorizedSymbol" enableorderby="0" symbollevels="0" forceraster="0" attr="finding">
  <categories>
   <category symbol="0" value="suspected_idle" label="闲 疑似闲置" render="true" type="string" />
   <category symbol="1" value="overdue_start" label="逾 逾期未动工" render="true" type="string" />
   <category symbol="2" value="suspended" label="停 中止未满一年" render="true" type="string" />
   <category symbol="3" value="overdue_completion" label="竣 逾期竣工" render="true" type="string" />
   <category symbol="4" value="indeterminate" label="缺 数据不足" render="true" type="string" />
   <category symbol="5" value="not_due" label="未 未到期" render="true" type="string" />
   <category symbol="6" value="in_progress" label="建 在建" render="true" type="string" />
   <category symbol="7" value="completed" label="完 已竣工" render="true" type="string" />
   <category symbol="8" value="disposed" label="处 已处置" render="true" type="string" />
   <category symbol="9" value="" label="其他" render="true" type="string" />
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,34,85,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="136,34,85,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="204,102,119,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="204,102,119,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="221,204,119,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="221,204,119,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="51,34,136,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="51,34,136,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="4" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="119,119,153,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="119,119,153,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="5" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,204,238,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="136,204,238,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="6" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="68,170,153,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="68,170,153,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="7" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="17,119,51,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="17,119,51,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="8" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="204,204,204,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="204,204,204,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
   <symbol name="9" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="191,191,191,255" />
      <Option name="style" type="QString" value="solid" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.16" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="191,191,191,255" />
     <prop k="style" v="solid" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.16" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="simple">
  <settings calloutType="simple">
   <text-style fieldName="CASE WHEN &quot;finding&quot; = 'suspected_idle' THEN '闲' WHEN &quot;finding&quot; = 'overdue_start' THEN '逾' WHEN &quot;finding&quot; = 'suspended' THEN '停' WHEN &quot;finding&quot; = 'overdue_completion' THEN '竣' WHEN &quot;finding&quot; = 'indeterminate' THEN '缺' WHEN &quot;finding&quot; = 'not_due' THEN '未' WHEN &quot;finding&quot; = 'in_progress' THEN '建' WHEN &quot;finding&quot; = 'completed' THEN '完' WHEN &quot;finding&quot; = 'disposed' THEN '处' END" isExpression="1" fontFamily="Noto Sans CJK SC" fontSize="8" fontSizeUnit="Point" textColor="31,35,40,255" namedStyle="Regular">
    <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="0.85" />
   </text-style>
   <placement placement="1" quadOffset="4" centroidInside="1" centroidWhole="0" />
   <rendering drawLabels="1" scaleVisibility="1" scaleMin="0" scaleMax="100000" obstacle="0" displayAll="0" fontMinPixelSize="3" fontMaxPixelSize="10000" limitNumLabels="0" maxNumLabels="2000" />
  </settings>
 </labeling>
 <aliases>
  <alias index="1" field="source" name="来源" />
  <alias index="2" field="row" name="原表行号" />
  <alias index="3" field="id" name="合同编号/宗地编号" />
  <alias index="4" field="contract_no" name="合同编号或划拨决定书编号" />
  <alias index="5" field="supervision_no" name="电子监管号" />
  <alias index="6" field="parcel_no" name="宗地编号" />
  <alias index="7" field="holder" name="用地单位" />
  <alias index="8" field="project" name="项目名称" />
  <alias index="9" field="zone" name="所在开发区" />
  <alias index="10" field="county" name="县（市、区）" />
  <alias index="11" field="prefecture" name="州（市）" />
  <alias index="12" field="region" name="规划分区" />
  <alias index="13" field="approval_no" name="批准文号" />
  <alias index="14" field="supply_date" name="供应日期" />
  <alias index="15" field="method" name="供应方式" />
  <alias index="16" field="use_code" name="用途代码" />
  <alias index="17" field="use_name" name="用途" />
  <alias index="18" field="area_m2" name="面积（平方米）" />
  <alias index="19" field="recorded_m2" name="记录面积（平方米）" />
  <alias index="20" field="price_wan" name="价款（万元）" />
  <alias index="21" field="finding" name="判定代号" />
  <alias index="22" field="finding_zh" name="判定" />
  <alias index="23" field="branch" name="判定分支" />
  <alias index="24" field="idle_class" name="闲置年限（年）" />
  <alias index="25" field="start_due" name="应动工日期" />
  <alias index="26" field="start_basis" name="应动工日期的来历" />
  <alias index="27" field="idle_since" name="满一年之日" />
  <alias index="28" field="days" name="逾期天数（日）" />
  <alias index="29" field="area_share" name="已动工面积比例（0–1）" />
  <alias index="30" field="invest_share" name="已投资比例（0–1）" />
  <alias index="31" field="cause" name="闲置原因代号" />
  <alias index="32" field="seized" name="是否司法查封" />
  <alias index="33" field="recognised" name="是否已认定" />
  <alias index="34" field="finding_no" name="认定书编号" />
  <alias index="35" field="recovery" name="是否无偿收回" />
  <alias index="36" field="fee_wan" name="应征闲置费（万元）" />
  <alias index="37" field="rule" name="条款" />
  <alias index="38" field="action" name="处置建议" />
  <alias index="39" field="evidence" name="依据的事实" />
  <alias index="40" field="flags" name="提示代号" />
  <alias index="41" field="started" name="是否动工" />
  <alias index="42" field="completed" name="是否竣工" />
  <alias index="43" field="not_used" name="供而未用" />
  <alias index="44" field="inefficient" name="疑似低效" />
  <alias index="45" field="failing" name="疑似低效：未达标指标" />
 </aliases>
 <layerGeometryType>2</layerGeometryType>
</qgis>
